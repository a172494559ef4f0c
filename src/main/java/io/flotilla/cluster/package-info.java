/**
 * Membership: how a node joins Akka's cluster and how a dead one is removed quickly.
 *
 * <p>Raft decides which node is first: the others join through the Raft leader's node ({@link
 * io.flotilla.cluster.Joining}), so that members that can't reach a majority never form a cluster
 * of their own. {@link io.flotilla.cluster.CrashDetector} removes a member whose process is gone; a
 * silent one is left to Akka's failure detector and split brain resolver. {@link
 * io.flotilla.cluster.Departures} tells the rest of the node of a removal. {@link
 * io.flotilla.cluster.Reporter} reports what each member knows about itself.
 */
package io.flotilla.cluster;

/**
 * Membership: how a node gets into Akka's cluster and how a dead one gets out quickly.
 *
 * <p>Raft decides who is first: a node joins through the node of the Raft leader ({@link
 * io.flotilla.cluster.Joining}), so that members that can't reach a majority never form a cluster
 * of their own. {@link io.flotilla.cluster.CrashDetector} takes out a member whose process is gone;
 * a silent one is left to Akka's failure detector and split brain resolver. {@link
 * io.flotilla.cluster.Reporter} answers what each member knows of itself.
 */
package io.flotilla.cluster;

/**
 * Membership: how a node gets into Akka's cluster, and how one that is gone is taken out.
 *
 * <p>The replicated log says who belongs together ({@link io.flotilla.journal.Roster}), and Akka's
 * cluster follows it. {@link io.flotilla.cluster.Entrance} takes a seat and joins those who are in.
 * {@link io.flotilla.cluster.Evictor} takes the seats of members that are gone, by what the Raft
 * leader knows ({@link io.flotilla.cluster.FailureDetector}) and by their ports ({@link
 * io.flotilla.cluster.Prober}). {@link io.flotilla.cluster.Removal} removes from Akka's cluster
 * whoever has lost its seat; {@link io.flotilla.cluster.Departures} tells the rest of the node.
 * {@link io.flotilla.cluster.ShardPlacement} says which member gets a shard, and {@link
 * io.flotilla.cluster.Reporter} reports what each member knows about itself.
 */
package io.flotilla.cluster;

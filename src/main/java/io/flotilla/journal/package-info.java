/**
 * The replicated log: an Akka Persistence journal and snapshot store whose storage is a Raft group
 * of all members. The only package that knows Raft.
 *
 * <h2>Parts, in the order in which a write meets them</h2>
 *
 * <ol>
 *   <li>{@link io.flotilla.journal.JournalPlugin} and {@link io.flotilla.journal.SnapshotPlugin}:
 *       what Akka Persistence calls.
 *   <li>{@link io.flotilla.journal.ReplicatedLog}: this node's part of the log, an Akka extension.
 *   <li>{@code Submitter}: finds the leader and tries until the deadline; {@code PeerLink} carries
 *       requests to other nodes.
 *   <li>{@code LeadCheck}: whether this node, asked as the leader, still is it.
 *   <li>{@code RaftNode}: the Raft server, used in process.
 *   <li>{@code LogStateMachine}: applies entries. {@code LogState} and {@code EntityLog}: what they
 *       mean.
 *   <li>{@code LogCodec}, {@code EventEnvelope}, {@code StateFormat}: the bytes on the disk, which
 *       are messages of {@link io.flotilla.wire}.
 *   <li>{@code Mark}: how far this disk has acknowledged; {@code DiskCheck}: whether it still has
 *       that.
 *   <li>{@code Formation}: how a disk gets its place in the group; {@code Identity}: whose disk it
 *       is.
 *   <li>{@code LogHealth}, {@link io.flotilla.journal.Halt}: when a node had better end.
 * </ol>
 *
 * <h2>Protocol</h2>
 *
 * <p><em>Claim.</em> A recovering entity claims its persistence id. The claim's log index is its
 * epoch; when the claim is applied on its node, the local copy has everything ever acknowledged,
 * and nobody else can add to it.
 *
 * <p><em>Append.</em> Names the epoch and the first sequence number. Accepted only if the epoch is
 * the current one and the number the next. The same append again is answered as the first time, so
 * an attempt whose answer was lost is simply repeated, also at the next leader.
 *
 * <p><em>Confirm.</em> A linearizable read asks the leader whether the epoch still holds; if it
 * does, the entity's own state is up to date.
 *
 * <p><em>Snapshot.</em> Chunks of at most 512 KiB, then a commit with their checksum. Chunks
 * without a commit vanish with the next claim.
 *
 * <p><em>Members.</em> A Raft peer id belongs to one life of one disk. A lost disk never comes back
 * under its old id: the node's new disk starts empty and takes the old one's place in the
 * configuration.
 *
 * <h2>Limits</h2>
 *
 * <ul>
 *   <li>The state of all entities (events since their last snapshot, and the snapshots) is in the
 *       memory of every member.
 *   <li>One write, serialized, is at most 4 MiB.
 *   <li>Ratis doesn't flush the directory after renaming its vote file and log segments: on some
 *       file systems a power cut (not a crash) could revert a vote.
 *   <li>A member's address is part of the group's configuration; changing it means an empty disk.
 *   <li>When a majority of the disks is lost, the group doesn't come back by itself.
 * </ul>
 */
package io.flotilla.journal;

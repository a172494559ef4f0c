/**
 * The replicated log: an Akka Persistence journal and snapshot store whose storage is a Raft group
 * of all members. This is the only package that knows about Raft.
 *
 * <h2>Parts, in the order in which a write passes them</h2>
 *
 * <ol>
 *   <li>{@link io.flotilla.journal.JournalPlugin} and {@link io.flotilla.journal.SnapshotPlugin}:
 *       what Akka Persistence calls.
 *   <li>{@link io.flotilla.journal.ReplicatedLog}: this node's part of the log, an Akka extension.
 *   <li>{@code Submitter}: finds the leader and tries until the deadline; {@code PeerLink} carries
 *       requests to other nodes.
 *   <li>{@code LeadCheck}: whether this node, asked as the leader, still is the leader.
 *   <li>{@code RaftNode}: the Raft server, used in process. {@code AddressedNetty}: its ways to the
 *       others, {@code IncomingRpc} and {@code PeerQuestions}, {@code OutgoingRpc} and {@code
 *       PeerConnection}. {@code FollowerLink}: what it sends its followers.
 *   <li>{@code LogStateMachine}: applies entries. {@code LogState}, {@code EntityLog} and {@link
 *       io.flotilla.journal.Roster}: their effect.
 *   <li>{@code LogCodec}, {@code EventEnvelope}, {@code StateFormat}: the bytes on the disk, which
 *       are messages of {@link io.flotilla.wire}. {@code ColdState}: what is only on the disk.
 *   <li>{@code Mark}: how far this disk has acknowledged; {@code DiskCheck}: whether it still has
 *       it.
 *   <li>{@link io.flotilla.journal.Seats}: who belongs to the cluster; {@link
 *       io.flotilla.journal.Peers}: what Raft knows of the members.
 *   <li>{@code Formation}: how a disk gets its place in the group; {@code Identity}: whose disk it
 *       is; {@code DiskRecovery}: how one disk becomes a group; {@code GroupCheck}: whether the
 *       others are in the same one.
 *   <li>{@code Members}: which nodes there are, and where; {@code Contacts}: whom one can ask that
 *       has no place yet.
 *   <li>{@link io.flotilla.journal.Group}: how the members are changed, from any node. {@code
 *       Changes} and {@code Admission}: the leader's part in it; {@code Retirement}: how a node
 *       learns that it was removed.
 *   <li>{@code LogHealth}, {@link io.flotilla.journal.Halt}: when a node should stop.
 * </ol>
 *
 * <h2>Protocol</h2>
 *
 * <p><em>Claim.</em> A recovering entity claims its persistence id. The claim's log index is its
 * epoch; when the claim is applied on its node, the local copy has everything ever acknowledged,
 * and no other node can add to it.
 *
 * <p><em>Append.</em> Names the epoch and the first sequence number. It is accepted only if the
 * epoch is current and the number is the next. A repeated append gets the same answer as the first,
 * so an attempt whose answer was lost is simply repeated, even at the next leader.
 *
 * <p><em>Confirm.</em> A linearizable read asks the leader whether the epoch is still current; if
 * so, the entity's own state is up to date.
 *
 * <p><em>Snapshot.</em> Chunks of at most 512 KiB, then a commit with their checksum. Chunks
 * without a commit vanish with the next claim. Events may come in between. {@link
 * io.flotilla.journal.Snapshots} sends them.
 *
 * <p><em>Members.</em> A Raft peer id belongs to one life of one disk. The id of a lost disk is
 * never reused: the node's new disk starts empty and takes the old one's place in the
 * configuration.
 *
 * <h2>Limits</h2>
 *
 * <ul>
 *   <li>Every member has the state of all entities: their snapshots, and the events since. What
 *       came after the newest state file is in memory as well.
 *   <li>One write, serialized, is at most 4 MiB.
 *   <li>Ratis doesn't flush the directory after renaming its vote file and log segments: on some
 *       file systems a power cut (not a crash) could revert a vote.
 *   <li>A member's address is part of the group's configuration; changing it takes an empty disk.
 *   <li>If a majority of the disks is lost, the group doesn't recover by itself; a person can let
 *       one disk be the group.
 * </ul>
 */
package io.flotilla.journal;

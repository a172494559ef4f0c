package io.flotilla.journal;

import java.util.List;
import java.util.UUID;

/**
 * An entry of the replicated log. Every command may arrive twice, because an attempt whose answer
 * was lost is sent again. The second time it gets the same answer as the first, unless another
 * writer has claimed the id in between.
 */
sealed interface Command {

  /** A new incarnation takes over the id. {@code claimId} identifies repeats. */
  record Claim(String persistenceId, UUID claimId) implements Command {}

  /**
   * Appends events from {@code firstSequenceNr} on, all or none; an empty array is a rejected one.
   *
   * @param stateBytes the size of the state after them, or {@link EntityLog#UNKNOWN}
   */
  record Append(
      String persistenceId, long epoch, long firstSequenceNr, List<byte[]> events, long stateBytes)
      implements Command {}

  /** Deletes the events up to and including {@code sequenceNr}. */
  record DeleteTo(String persistenceId, long epoch, long sequenceNr) implements Command {}

  /** One part of a snapshot, {@code chunk} counting from 0; invisible until it is committed. */
  record SnapshotChunk(
      String persistenceId, long epoch, long sequenceNr, long timestamp, int chunk, byte[] bytes)
      implements Command {}

  /** Turns the chunks into a snapshot, if exactly these have arrived. */
  record CommitSnapshot(
      String persistenceId, long epoch, long sequenceNr, long timestamp, int chunks, int crc32c)
      implements Command {}

  /** Deletes the snapshots within both ranges, bounds included. */
  record DeleteSnapshots(
      String persistenceId,
      long epoch,
      long minSequenceNr,
      long maxSequenceNr,
      long minTimestamp,
      long maxTimestamp)
      implements Command {}

  /**
   * Puts what is staged for a restore in the place of all that there is of these kinds.
   *
   * @param kinds beginnings of persistence ids
   * @param staged how many ids are
   */
  record Restore(UUID restore, List<String> kinds, int staged) implements Command {}

  /** Gives up all that is staged for any other restore. */
  record Unstage(UUID except) implements Command {}

  /** A change of the {@link Roster}. */
  sealed interface OfRoster extends Command {}

  /** A node's actor system asks for a seat. */
  record Enter(Roster.Occupant who) implements OfRoster {}

  /** The occupant of a seat has arrived in the cluster of this epoch. */
  record Seated(long epoch, long uid) implements OfRoster {}

  /** Ends the seat of this life, if it has one. */
  record Out(long uid, Roster.Why why) implements OfRoster {}

  /** Keeps a disk from coming back; its seat stays until it is out. */
  record Remove(String peerId) implements OfRoster {}

  /** Undoes a removal. */
  record Forgive(String peerId) implements OfRoster {}

  /** Changes nothing; lets members of an idle group notice that they lag. */
  record NoOp() implements Command {}

  /** Every member computes the digest of its state at this entry's index. */
  record Digest() implements Command {}
}

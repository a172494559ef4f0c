package io.flotilla.journal;

import java.util.List;
import java.util.UUID;

/** A part of a state file, see {@link StateFormat}. */
sealed interface StatePart {
  /** Begins the data of an id. */
  record Id(String persistenceId, long epoch, UUID claimId, long firstSequenceNr, long stateBytes)
      implements StatePart {}

  record Events(List<byte[]> events) implements StatePart {}

  /** Begins a snapshot, or the chunks received so far of one. */
  record Snapshot(long sequenceNr, long timestamp, boolean committed) implements StatePart {}

  record Chunk(byte[] bytes) implements StatePart {}

  /**
   * Begins a backup, and is in no other state file.
   *
   * @param cluster whose state it is
   * @param node that wrote the file
   * @param term of the entry at that index
   * @param index of the log that the state is of
   * @param takenMillis the time of day, for people to read
   */
  record Origin(String cluster, String node, long term, long index, long takenMillis)
      implements StatePart {}

  /** Precedes all ids; missing if nobody ever entered. */
  record Members(Roster roster) implements StatePart {}
}

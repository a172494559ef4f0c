package io.flotilla.journal;

/** The state machine's reply to a {@link Command}. */
sealed interface Reply {

  /** Claimed. {@code epoch} is the log index of the claim, so a later claim's is greater. */
  record Claimed(long epoch, long highestSequenceNr) implements Reply {}

  /** Done, now or when the command first arrived; {@code index} is this entry's log index. */
  record Done(long index) implements Reply {}

  /** Refused: the id's epoch is {@code currentEpoch}, 0 if it was never claimed. */
  record Fenced(long currentEpoch) implements Reply {}

  /** Refused: the next event of the id must have the sequence number after this one. */
  record OutOfOrder(long highestSequenceNr) implements Reply {}

  /** To {@link Command.Enter}. A repeat gets the same outcome while the seat lasts. */
  record Entered(Roster.Entry entry) implements Reply {}

  /** Refused for a reason that a repeat won't change. */
  record Refused(String reason) implements Reply {}
}

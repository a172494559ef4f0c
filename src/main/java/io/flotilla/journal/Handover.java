package io.flotilla.journal;

/** A step by which an id comes to another holder. Times are of the node's clock, in nanoseconds. */
public sealed interface Handover {
  String persistenceId();

  /** The index of the log. */
  long index();

  /** When this member applied it. */
  long at();

  /** Another holder has claimed the id. */
  record Claimed(String persistenceId, long index, long at) implements Handover {}

  /** The first that was stored for the id since it was claimed. */
  record Written(String persistenceId, long index, long at, long claimedAt) implements Handover {}
}

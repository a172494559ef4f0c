package io.flotilla.entity;

/**
 * Says when a checkpoint falls due: when the events since the last outweigh what it would hold. So
 * recovery reads at most about twice the state, and writing checkpoints at most doubles what is
 * written.
 *
 * @param bytes of events since the last checkpoint fell due, at least {@link #EVENT_BYTES} for each
 */
public record CheckpointMeter(long bytes, int events, boolean due) {
  /**
   * Below this many bytes of events a checkpoint is not worth its cost. A namespace that changes
   * without growing may occupy as much on every member, so it must be small.
   */
  static final long BYTES = 1L << 20;

  static final int EVENTS = 20_000;

  /**
   * What the smallest event counts for, as much as it and its entry take in the log. A namespace
   * that moves has no owner while its events are read, and that takes longer for many small ones.
   */
  static final long EVENT_BYTES = 1L << 10;

  public static CheckpointMeter zero() {
    return new CheckpointMeter(0, 0, false);
  }

  public CheckpointMeter count(long eventBytes, long stateBytes) {
    long sum = bytes + Math.max(eventBytes, EVENT_BYTES);
    boolean now = sum > Math.max(BYTES, stateBytes) || events + 1 >= EVENTS;
    return now ? new CheckpointMeter(0, 0, true) : new CheckpointMeter(sum, events + 1, false);
  }
}

package io.flotilla.entity;

/**
 * Counts the events of an entity, and says when they call for a checkpoint: when those since the
 * last outweigh what it would hold. So recovery reads at most about twice the state, and writing
 * checkpoints at most doubles what is written.
 *
 * @param bytes of all events, at least {@link #EVENT_BYTES} for each
 * @param events their number
 */
public record CheckpointMeter(long bytes, long events) {
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
    return new CheckpointMeter(0, 0);
  }

  public CheckpointMeter count(long eventBytes) {
    return new CheckpointMeter(bytes + Math.max(eventBytes, EVENT_BYTES), events + 1);
  }

  /**
   * Whether there are enough events for the next checkpoint.
   *
   * @param last what was counted when the last one was begun
   * @param stateBytes what the next one takes
   */
  public boolean due(CheckpointMeter last, long stateBytes) {
    return bytes - last.bytes > Math.max(BYTES, stateBytes) || events - last.events >= EVENTS;
  }

  /**
   * Whether more is written beside a checkpoint than the memory has room for: then writing has to
   * wait for it. It holds on to a state of which ever less is still in use, and all events since
   * the checkpoint before it are kept until it is stored.
   *
   * @param begun what was counted when it was begun
   */
  public boolean outruns(CheckpointMeter begun, long stateBytes) {
    return bytes - begun.bytes > Math.max(BYTES, stateBytes) / 2;
  }
}

package io.flotilla.entity;

import java.util.function.LongSupplier;

/**
 * The time of an entity, by which everything is decided that depends on time: how long a request id
 * is remembered, a lock-delay lasts, a session lives. It is not the time of day. The log moves it
 * forward, each event to where it says ({@link Moment}), and between two events the living actor
 * measures it by the monotonic clock. So it never goes back, no clock that is set or wrong moves
 * it, and it is the same wherever the actor lives.
 *
 * <p>It goes on only while the actor runs. Of a span in which the actor did not ask the time (it
 * was idle, the process was stopped, the host slept, the log did not answer) no more than {@link
 * #STEP_NANOS} count. What has passed between the last event and the end of the actor does not
 * count either: the next one goes on from the last event. So what lasts until a time of this clock
 * lasts at least as long as was asked for; it may last longer.
 */
public final class LogClock {
  /** The time of an entity that nothing has happened to yet. 0 is kept for "no time". */
  public static final long BEGINNING_MILLIS = 1;

  /**
   * Whoever waits for a time of this clock has to ask for the time more often than this, or waits
   * longer.
   */
  static final long STEP_NANOS = 600_000_000L;

  /** After a longer span, how long until what was sent meanwhile has arrived. */
  static final long GRACE_NANOS = 1_000_000_000L;

  private final LongSupplier nanoTime;
  private long lastNanos;
  private long nanos;
  private long resumed;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public LogClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    continueFrom(BEGINNING_MILLIS);
  }

  /** The actor has recovered; this is the time of the last event. */
  void continueFrom(long millis) {
    lastNanos = nanoTime.getAsLong();
    nanos = millis * 1_000_000;
    resumed = nanos;
  }

  public long millis() {
    return nanos() / 1_000_000;
  }

  long nanos() {
    long real = nanoTime.getAsLong();
    long since = real - lastNanos;
    lastNanos = real;
    nanos += Math.min(since, STEP_NANOS);
    if (since > STEP_NANOS) {
      resumed = nanos;
    }
    return nanos;
  }

  /**
   * Whether signs of life that were sent while nobody could hear them may still be on their way.
   */
  boolean justResumed() {
    return nanos() - resumed < GRACE_NANOS;
  }
}

package io.flotilla.lab.sim;

/**
 * What the network promises about time.
 *
 * @param min shortest delay of a message in virtual milliseconds
 * @param max longest delay; {@link #NEVER} makes the world asynchronous: a message may take any
 *     time, each node's clock runs at its own speed, and so a timer may fire before any message
 * @param calm longest delay once the scenario's calm has begun (the "global stabilization time" of
 *     Dwork, Lynch and Stockmeyer, 1988)
 */
public record Timing(long min, long max, long calm) {
  static final long NEVER = Long.MAX_VALUE / 4;

  public static final Timing ASYNC = new Timing(0, NEVER, NEVER);

  public static Timing bounded(long min, long max) {
    if (min < 0 || max < min || max >= NEVER) {
      throw new IllegalArgumentException("0 <= min <= max, not " + min + " and " + max);
    }
    return new Timing(min, max, max);
  }

  /** The same, but with delays of at most {@code calmest} in the calm. */
  public Timing thenAtMost(long calmest) {
    return new Timing(min, max, calmest);
  }

  public boolean isAsync() {
    return max == NEVER;
  }
}

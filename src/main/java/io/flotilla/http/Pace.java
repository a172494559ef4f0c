package io.flotilla.http;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How slow the other side may be: after a grace period it must on average send or read at this
 * rate. Only time spent waiting for the other side counts.
 *
 * @param bytesPerSecond the minimum rate
 * @param nanoTime the clock, as {@link System#nanoTime}
 */
record Pace(long bytesPerSecond, Duration grace, LongSupplier nanoTime) {

  long now() {
    return nanoTime.getAsLong();
  }

  /** Whether this many bytes are too few for the time waited. */
  boolean isTooSlow(long bytes, long waitedNanos) {
    double secondsGiven = (double) bytes / bytesPerSecond;
    return waitedNanos > grace.toNanos() + secondsGiven * 1e9;
  }
}

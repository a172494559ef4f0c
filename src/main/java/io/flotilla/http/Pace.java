package io.flotilla.http;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How slow the other side may be: what it gives or takes has to come, on average and after a grace,
 * with so many bytes a second. Only the time for which the other side is waited for counts.
 *
 * @param bytesPerSecond at least
 * @param nanoTime by which the time is measured, as {@link System#nanoTime}
 */
record Pace(long bytesPerSecond, Duration grace, LongSupplier nanoTime) {

  long now() {
    return nanoTime.getAsLong();
  }

  /** Whether that is too little for so long. */
  boolean isTooSlow(long bytes, long waitedNanos) {
    double secondsGiven = (double) bytes / bytesPerSecond;
    return waitedNanos > grace.toNanos() + secondsGiven * 1e9;
  }
}

package io.flotilla.journal;

import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * How long this member has not heard of a leader. It spans changes of role, whereas a Raft server
 * that was the leader, or is a candidate, counts only the time in its new role.
 */
final class LeaderSilence {
  private final LongSupplier nanoTime;
  private long heardNanos;

  LeaderSilence(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.heardNanos = nanoTime.getAsLong();
  }

  /**
   * Call this regularly, and whenever the value is needed.
   *
   * @param sinceHeardMillis time since the known leader was heard; empty if no leader is known
   * @return milliseconds since a leader was last heard of
   */
  synchronized long observe(OptionalLong sinceHeardMillis) {
    long now = nanoTime.getAsLong();
    if (sinceHeardMillis.isPresent()) {
      heardNanos = Math.max(heardNanos, now - sinceHeardMillis.getAsLong() * 1_000_000);
    }
    return (now - heardNanos) / 1_000_000;
  }
}

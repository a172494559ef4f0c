package io.flotilla.journal;

import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Since when this member has not heard that the group has a leader. It outlives the roles: a Raft
 * server that was the leader, or stands for election, counts its time in the new role only.
 */
final class LeaderSilence {
  private final LongSupplier nanoTime;
  private long heardNanos;

  LeaderSilence(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.heardNanos = nanoTime.getAsLong();
  }

  /**
   * To be called now and then, and when somebody asks.
   *
   * @param sinceHeardMillis of the leader, which is known; empty: there is none
   * @return milliseconds since it was heard of
   */
  synchronized long observe(OptionalLong sinceHeardMillis) {
    long now = nanoTime.getAsLong();
    if (sinceHeardMillis.isPresent()) {
      heardNanos = Math.max(heardNanos, now - sinceHeardMillis.getAsLong() * 1_000_000);
    }
    return (now - heardNanos) / 1_000_000;
  }
}

package io.flotilla.http;

import io.flotilla.memory.Recent;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often each client may do something: so many times at once, and then one more each so often.
 */
final class Rate {
  /** Beyond that, the client that has been quiet for longest is forgotten. */
  private static final int CLIENTS = 10_000;

  private final int atOnce;
  private final long eachNanos;
  private final LongSupplier nanoTime;

  /** The time at which nothing counts any longer that a client has done. */
  private final Map<String, Long> untilNanos = new Recent<>(CLIENTS);

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  Rate(int atOnce, Duration each, LongSupplier nanoTime) {
    this.atOnce = atOnce;
    this.eachNanos = each.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Counts one more; whether it is too much. What is too much doesn't count. */
  synchronized boolean isExceeded(String client) {
    long now = nanoTime.getAsLong();
    long left = Math.max(untilNanos.getOrDefault(client, now) - now, 0);
    if (left > (atOnce - 1) * eachNanos) {
      return true;
    }
    untilNanos.put(client, now + left + eachNanos);
    return false;
  }

  /** Of IPv6, a client has not one address but 2^64 with the same first half. */
  static String network(String address) {
    String[] groups = address.split(":");
    return groups.length == 8 ? String.join(":", Arrays.copyOf(groups, 4)) : address;
  }
}

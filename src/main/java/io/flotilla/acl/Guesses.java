package io.flotilla.acl;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many tokens that nobody has were shown from each address. Only these count: whoever shares an
 * address with somebody who guesses is served as before.
 */
public final class Guesses {
  /** So many at once; a fleet whose token was deleted tries again for a while. */
  static final int MOST = 300;

  private static final long EACH_NANOS = Duration.ofMillis(200).toNanos();

  /** Beyond that the address that has been quiet for longest is forgotten. */
  private static final int ADDRESSES = 10_000;

  /** The time at which none counts any longer. */
  private final Map<String, Long> untilNanos =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > ADDRESSES;
        }
      };

  private final LongSupplier nanoTime;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public Guesses(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Counts one more; whether there are too many from this address. */
  public synchronized boolean areTooMany(String address) {
    long now = nanoTime.getAsLong();
    long until = Math.max(untilNanos.getOrDefault(network(address), now) - now, 0);
    if (until > (MOST - 1) * EACH_NANOS) {
      return true;
    }
    untilNanos.put(network(address), now + until + EACH_NANOS);
    return false;
  }

  /** Of IPv6, a client has not one address but 2^64 with the same first half. */
  private static String network(String address) {
    String[] groups = address.split(":");
    return groups.length == 8 ? String.join(":", java.util.Arrays.copyOf(groups, 4)) : address;
  }
}

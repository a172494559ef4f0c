package io.flotilla.kv;

import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePSet;

/**
 * Keys that nobody can acquire for a while, because the session that held them ended involuntarily
 * and its owner may not know yet.
 *
 * <p>The end is kept in milliseconds since 1970, so that it survives a failover; two nodes whose
 * clocks differ by d make it longer or shorter by d. A lock-delay is a courtesy to owners that use
 * no fencing token; the token needs no clock.
 */
record LockDelays(PMap<String, Long> byKey, TreePSet<Delay> byEnd) {
  record Delay(long untilMillis, String key) implements Comparable<Delay> {
    @Override
    public int compareTo(Delay other) {
      int order = Long.compare(untilMillis, other.untilMillis);
      return order != 0 ? order : key.compareTo(other.key);
    }
  }

  static LockDelays none() {
    return new LockDelays(HashTreePMap.empty(), TreePSet.empty());
  }

  /**
   * Whether the key can't be acquired now. A clock that was set back by more than the longest delay
   * ends it, or a mistake of an hour would lock a key for an hour.
   */
  boolean holds(String key, long nowMillis) {
    long left = byKey.getOrDefault(key, 0L) - nowMillis;
    return left > 0 && left <= Session.MAX_LOCK_DELAY_NANOS / 1_000_000;
  }

  LockDelays with(String key, long untilMillis) {
    LockDelays rest = without(key);
    return new LockDelays(
        rest.byKey.plus(key, untilMillis), rest.byEnd.plus(new Delay(untilMillis, key)));
  }

  private LockDelays without(String key) {
    Long until = byKey.get(key);
    return until == null
        ? this
        : new LockDelays(byKey.minus(key), byEnd.minus(new Delay(until, key)));
  }

  LockDelays withoutThoseOver(long nowMillis) {
    LockDelays left = this;
    while (!left.byEnd.isEmpty() && left.byEnd.first().untilMillis() <= nowMillis) {
      left = left.without(left.byEnd.first().key());
    }
    return left;
  }
}

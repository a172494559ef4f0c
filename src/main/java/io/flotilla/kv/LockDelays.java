package io.flotilla.kv;

import io.flotilla.entity.LogClock;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePSet;

/**
 * Keys that nobody can acquire for a while, because the session that held them ended involuntarily
 * and its owner may not know yet.
 *
 * <p>The end is kept in the key space's own time ({@link LogClock}), so that it survives a failover
 * and no clock shortens it. When the key space moves, what has passed since its last event does not
 * count, and the delay lasts longer by that. A lock-delay is a courtesy to owners that use no
 * fencing token; the token needs no clock.
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

  /** When a delay ends that begins now; 0 if there is none. Now was rounded down. */
  static long end(long nowMillis, long delayNanos) {
    return delayNanos == 0 ? 0 : nowMillis + 1 + (delayNanos + 999_999) / 1_000_000;
  }

  /** Whether the key can't be acquired now. */
  boolean holds(String key, long nowMillis) {
    return byKey.getOrDefault(key, 0L) > nowMillis;
  }

  /** When the last of them ends; 0 if there is none. */
  long lastMillis() {
    return byEnd.isEmpty() ? 0 : byEnd.last().untilMillis();
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

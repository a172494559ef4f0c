package io.flotilla.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Which members have told the leader that they can't reach which others. */
final class Cuts {
  /** A reporter repeats itself each second; if it no longer does, what it said is over. */
  private static final Duration FRESH = Duration.ofMillis(2500);

  private record Pair(long from, long to) {}

  private record Told(long first, long last) {}

  private final Map<Pair, Told> told = new HashMap<>();

  /** {@code reporter} can't reach these, and reaches all others. */
  void reported(long reporter, List<Long> silent, long now) {
    told.keySet().removeIf(pair -> pair.from() == reporter && !silent.contains(pair.to()));
    told.values().removeIf(t -> now - t.last() > FRESH.toNanos());
    for (long to : silent) {
      told.merge(new Pair(reporter, to), new Told(now, now), (a, b) -> new Told(a.first(), now));
    }
  }

  /** {@return since when the one has not reached the other} */
  OptionalLong since(long from, long to, long now) {
    Told t = told.get(new Pair(from, to));
    return t == null || now - t.last() > FRESH.toNanos()
        ? OptionalLong.empty()
        : OptionalLong.of(t.first());
  }
}

package io.flotilla.memory;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/**
 * Whether the heap is nearly full of what is needed. What a client causes is counted, but not all
 * of it can be: how much of a request's head has come, for example, only the protocol's parser
 * knows.
 */
public final class Pressure {
  private static final double NEARLY_FULL = 0.85;

  private final List<MemoryPoolMXBean> pools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(p -> p.getType() == MemoryType.HEAP && p.isUsageThresholdSupported())
          .toList();
  private long lastCollections = -1;

  /** Whether a collection since the last call has found it so. */
  public synchronized boolean isFound() {
    long collections =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(c -> c.getCollectionCount())
            .sum();
    if (collections == lastCollections) {
      return false;
    }
    lastCollections = collections;
    return pools.stream()
        .map(MemoryPoolMXBean::getCollectionUsage)
        .anyMatch(Pressure::isNearlyFull);
  }

  private static boolean isNearlyFull(MemoryUsage afterCollection) {
    return afterCollection != null
        && afterCollection.getMax() > 0
        && afterCollection.getUsed() > NEARLY_FULL * afterCollection.getMax();
  }
}

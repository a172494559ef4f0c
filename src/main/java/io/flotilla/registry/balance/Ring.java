package io.flotilla.registry.balance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A consistent-hash ring (D. Karger et al., "Consistent hashing and random trees", 1997). Built as
 * ketama does, with SHA-256 in the place of MD5: one digest gives four points.
 *
 * <p>An instance's points depend on itself alone. So one that is added takes keys and moves none
 * between others, and every node has the same ring.
 */
final class Ring {
  /** The share of an instance of weight 1 has a standard deviation of 1/sqrt(256), 6 %. */
  static final int POINTS_PER_WEIGHT = 256;

  /** Heavier instances count as this heavy: a ring is memory. */
  static final int MAX_WEIGHT = 256;

  private static final int INDEX_BITS = 20;
  private static final long INDEX_MASK = (1L << INDEX_BITS) - 1;

  /** Sorted; each the upper 44 bits of a hash over the index of its instance. */
  private final long[] points;

  Ring(List<Instance> instances) {
    int size = instances.stream().mapToInt(Ring::points).sum();
    points = new long[size];
    int at = 0;
    for (int i = 0; i < instances.size(); i++) {
      String endpoint = instances.get(i).endpoint();
      int own = points(instances.get(i));
      for (int n = 0; n < own; n += 4) {
        ByteBuffer digest = digest(endpoint + "#" + n / 4);
        for (int k = 0; k < 4; k++) {
          points[at++] = digest.getLong() & ~INDEX_MASK | i;
        }
      }
    }
    Arrays.sort(points);
  }

  private static int points(Instance instance) {
    return POINTS_PER_WEIGHT * Math.min(instance.weight(), MAX_WEIGHT);
  }

  /**
   * The instance at the key's place or the next one around the ring that may be used; -1 if none
   * may.
   */
  int find(String key, IntPredicate usable) {
    int start = Arrays.binarySearch(points, digest(key).getLong() & ~INDEX_MASK);
    start = start < 0 ? -start - 1 : start;
    for (int step = 0; step < points.length; step++) {
      int index = (int) (points[(start + step) % points.length] & INDEX_MASK);
      if (usable.test(index)) {
        return index;
      }
    }
    return -1;
  }

  private static ByteBuffer digest(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}

package io.flotilla.journal;

import java.security.SecureRandom;

/**
 * Names a life of the cluster. The first is 0; each recovery of a single disk ({@link
 * DiskRecovery}) begins another. The Raft group's id is made of it, so members of two lives can't
 * mix.
 *
 * <p>The upper half counts, the lower half is random: if two disks of one cluster are recovered
 * apart, these are two lives, and neither follows the other.
 */
final class Generation {
  static final long FIRST = 0;
  private static final int COUNT_SHIFT = 32;

  private Generation() {}

  static long after(long generation) {
    return (count(generation) + 1) << COUNT_SHIFT
        | Integer.toUnsignedLong(new SecureRandom().nextInt());
  }

  static boolean isLater(long generation, long other) {
    return count(generation) > count(other);
  }

  /** For people. */
  static String text(long generation) {
    return generation == FIRST
        ? "0"
        : String.format("%d-%08x", count(generation), (int) generation);
  }

  private static long count(long generation) {
    return generation >> COUNT_SHIFT;
  }
}

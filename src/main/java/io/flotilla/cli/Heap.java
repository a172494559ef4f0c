package io.flotilla.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The heap size of nodes on this machine. For a single node, the launcher script computes the same
 * in {@code jvm/heap.sh}.
 */
final class Heap {
  private static final long MIB = 1L << 20;
  private static final long LEAST_MIB = 160;

  /** With a larger heap, a garbage collection lasts long enough for the node to seem dead. */
  private static final long MOST_MIB = 2048;

  private Heap() {}

  /** Java's option for each of the given number of nodes. */
  static String option(int nodes) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    // In a container, this is the container's limit.
    return option(System.getenv("FLOTILLA_HEAP"), system.getTotalMemorySize(), nodes);
  }

  /**
   * @param given FLOTILLA_HEAP, the heap of one node, or null
   * @param memory the machine's, in bytes; the nodes share half of it
   */
  static String option(String given, long memory, int nodes) {
    if (given != null && !given.isEmpty()) {
      return "-Xmx" + given;
    }
    return "-Xmx" + Math.min(MOST_MIB, Math.max(LEAST_MIB, memory / 2 / nodes / MIB)) + "m";
  }
}

package io.flotilla.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How large the heaps of nodes on this machine may grow. The launcher script decides the same for a
 * single node, in {@code jvm/heap.sh}.
 */
final class Heap {
  private static final long MIB = 1L << 20;
  private static final long LEAST_MIB = 160;

  /** Beyond that a garbage collection takes so long that others take the node for dead. */
  private static final long MOST_MIB = 2048;

  private Heap() {}

  /** Java's option for each of so many nodes. */
  static String option(int nodes) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    // In a container that is what the container may use.
    return option(System.getenv("FLOTILLA_HEAP"), system.getTotalMemorySize(), nodes);
  }

  /**
   * @param given FLOTILLA_HEAP, of one node, or null
   * @param memory of the machine, in bytes; the nodes share half of it
   */
  static String option(String given, long memory, int nodes) {
    if (given != null && !given.isEmpty()) {
      return "-Xmx" + given;
    }
    return "-Xmx" + Math.min(MOST_MIB, Math.max(LEAST_MIB, memory / 2 / nodes / MIB)) + "m";
  }
}

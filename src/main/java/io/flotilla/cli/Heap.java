package io.flotilla.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

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

  /** Java's options for each of the given number of nodes. */
  static List<String> options(int nodes) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    // In a container, this is the container's limit.
    return options(System.getenv("FLOTILLA_HEAP"), system.getTotalMemorySize(), nodes);
  }

  /**
   * @param given FLOTILLA_HEAP, the heap of one node, or null
   * @param memory the machine's, in bytes; the nodes share half of it
   */
  static List<String> options(String given, long memory, int nodes) {
    if (given != null && !given.isEmpty()) {
      return List.of("-Xmx" + given);
    }
    long most = Math.min(MOST_MIB, Math.max(LEAST_MIB, memory / 2 / nodes / MIB));
    return List.of("-Xms" + LEAST_MIB + "m", "-Xmx" + most + "m");
  }
}

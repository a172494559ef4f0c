package io.flotilla.embedded;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Free ports, from below the range that the system assigns by itself, so that a node finds its port
 * still free after a restart. None is returned twice, and other processes start at a different
 * place.
 */
public final class FreePorts {
  private static final int FIRST = 12_000;
  private static final int ALL = 20_000;

  /**
   * The golden section of all: processes that were started one after another begin at least a
   * thousand ports apart, so that none gets the port of another's node that is down for a moment.
   */
  private static final int STEP = 12_361;

  private static final AtomicInteger NEXT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * STEP % ALL));

  private FreePorts() {}

  /** {@return a free port} */
  static int next() {
    for (int tried = 0; tried < ALL; tried++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), ALL);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("there is no free port");
  }

  /**
   * {@return as many different free ports}
   *
   * @param n how many
   */
  public static List<Integer> next(int n) {
    return Stream.generate(FreePorts::next).limit(n).toList();
  }

  private static boolean isFree(int port) {
    try {
      new ServerSocket(port).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}

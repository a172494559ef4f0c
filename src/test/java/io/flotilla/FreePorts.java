package io.flotilla;

import java.util.List;

/** The product's, for tests. */
public final class FreePorts {
  private FreePorts() {}

  public static int next() {
    return next(1).get(0);
  }

  public static List<Integer> next(int n) {
    return io.flotilla.embedded.FreePorts.next(n);
  }
}

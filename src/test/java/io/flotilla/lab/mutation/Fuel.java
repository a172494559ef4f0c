package io.flotilla.lab.mutation;

/** What a loop in a wrong class runs on, so that none is endless. Each thread has its own. */
public final class Fuel {
  private static final int MOST = 1_000_000;
  private static final ThreadLocal<int[]> BURNT = ThreadLocal.withInitial(() -> new int[1]);

  private Fuel() {}

  static void refill() {
    BURNT.get()[0] = 0;
  }

  /** Called in every turn of every loop. */
  public static void burn() {
    if (++BURNT.get()[0] > MOST) {
      throw new IllegalStateException("a loop has no end");
    }
  }
}

package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Shows that a wait is alive: a moving line on a terminal, a plain one elsewhere. */
final class Progress {
  private static final long FIRST_PLAIN_LINE_MS = 2_000;
  private static final long NEXT_PLAIN_LINES_MS = 5_000;

  private final Supplier<String> what;
  private final long began = System.nanoTime();
  private long nextLine = FIRST_PLAIN_LINE_MS;

  Progress(String what) {
    this(() -> what);
  }

  private Progress(Supplier<String> what) {
    this.what = what;
  }

  long millis() {
    return (System.nanoTime() - began) / 1_000_000;
  }

  /** To be called often; prints something when it is time to. */
  void tick() {
    long millis = millis();
    if (Screen.TERMINAL) {
      Screen.status(what.get() + " ... " + Screen.seconds(millis));
    } else if (millis >= nextLine) {
      Screen.remark("%s", what.get() + " ... " + Screen.seconds(millis));
      nextLine += NEXT_PLAIN_LINES_MS;
    }
  }

  /** Waits until a condition holds; false if the time is over first. */
  static boolean until(String what, Duration within, BooleanSupplier condition) {
    return until(() -> what, within, condition);
  }

  /** The same, with something to say that changes. */
  static boolean until(Supplier<String> what, Duration within, BooleanSupplier condition) {
    Progress progress = new Progress(what);
    while (!condition.getAsBoolean()) {
      if (progress.millis() > within.toMillis()) {
        Screen.clearStatus();
        return false;
      }
      progress.tick();
      Readiness.pause(Duration.ofMillis(50));
    }
    Screen.clearStatus();
    return true;
  }

  /** Waits until a node serves; false if it died or the time is over. */
  static boolean untilReady(NodeSpec node, BooleanSupplier alive, Duration within) {
    boolean[] ready = new boolean[1];
    try (Flotilla flotilla = Readiness.client(LocalTls.client(List.of(node)))) {
      until(
          "waiting for " + node.id(),
          within,
          () -> {
            ready[0] = flotilla.cluster().ready().join();
            return ready[0] || !alive.getAsBoolean();
          });
    }
    return ready[0];
  }
}

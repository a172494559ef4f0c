package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import java.time.Duration;

/** Polls whether a node serves. */
final class Readiness {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private Readiness() {}

  /** A client of this node only, for requests that are answered at once or not at all. */
  static Flotilla client(Flotilla.Builder node) {
    return node.connectTimeout(Duration.ofMillis(500))
        .attemptTimeout(Duration.ofSeconds(1))
        .deadline(Duration.ofSeconds(1))
        .build();
  }

  static boolean await(String address, Duration within) {
    long end = System.nanoTime() + within.toNanos();
    try (Flotilla flotilla = client(Flotilla.builder(address))) {
      while (!flotilla.cluster().ready().join()) {
        if (System.nanoTime() > end) {
          return false;
        }
        pause(PAUSE);
      }
    }
    return true;
  }

  static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException("interrupted");
    }
  }
}

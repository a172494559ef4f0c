package io.flotilla.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A process that acquires a lock again and again, and writes with the token as long as the cluster
 * lets it, without ever asking whether it still holds the lock. Arguments: addresses, lock, key.
 */
final class FencedWriter {
  private static final Duration TTL = Duration.ofSeconds(1);
  private static final long PAUSE_MILLIS = 5;

  private FencedWriter() {}

  public static void main(String[] args) throws InterruptedException {
    String self = Long.toString(ProcessHandle.current().pid());
    try (Flotilla flotilla = Flotilla.connect(args[0])) {
      while (true) {
        try (Lock lock = flotilla.recipes(null, TTL).lock(args[1])) {
          write(flotilla, args[2], self, lock.acquire());
        } catch (FlotillaException e) {
          System.out.println("failed " + e.code());
        }
      }
    }
  }

  private static void write(Flotilla flotilla, String key, String self, long token)
      throws InterruptedException {
    for (long n = 0; ; n++) {
      String value = token + " " + self + " " + n;
      try {
        Flotilla.await(flotilla.kv().setFenced(key, value.getBytes(StandardCharsets.UTF_8), token));
      } catch (FlotillaException e) {
        System.out.println(
            e.code().equals("stale-fencing-token") ? "refused" : "failed " + e.code());
        if (e.code().equals("stale-fencing-token")) {
          return;
        }
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}

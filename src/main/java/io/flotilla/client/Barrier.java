package io.flotilla.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A barrier that holds back all who come to it while it is up: a key that exists. It belongs to no
 * session, so it stays up when whoever raised it dies; anybody may lower it.
 *
 * <p>What it can't promise: that all who waited have gone on before it is up again. Who looks at it
 * only then goes on waiting, and has missed that it was down. Thread-safe.
 */
public final class Barrier {
  private final KeyValue kv;
  private final String key;
  private final String name;

  Barrier(Participant who, String key) {
    this.kv = who.kv();
    this.key = key;
    this.name = who.name();
  }

  /** {@return completes once the barrier is up; repeating it changes nothing} */
  public CompletableFuture<Void> raise() {
    return kv.set(key, name.getBytes(StandardCharsets.UTF_8));
  }

  /** {@return completes once the barrier is down; repeating it changes nothing} */
  public CompletableFuture<Void> lower() {
    return kv.delete(key);
  }

  /**
   * Waits while the barrier is up.
   *
   * @param atMost 0: only looks
   * @return false if the time is over and it is still up
   * @throws InterruptedException if interrupted
   * @throws FlotillaException if a request fails
   */
  public boolean await(Duration atMost) throws InterruptedException {
    Deadline until = Deadline.in(atMost);
    KeyValue.Change now = Flotilla.await(kv.awaitChange(key, 0, Duration.ZERO));
    while (now.entry().isPresent()) {
      Optional<KeyValue.Change> next =
          until.await(kv.awaitChange(key, now.index(), Participant.WAIT));
      if (next.isEmpty()) {
        return false;
      }
      now = next.get();
    }
    return true;
  }
}

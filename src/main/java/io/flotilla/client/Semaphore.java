package io.flotilla.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A number of permits, given in the order in which contenders arrived.
 *
 * <p>The recipe is Curator's: who is first in line ({@link Lock}) waits until fewer than all
 * permits are taken, takes one, and lets the next come first. So a permit that is given back wakes
 * one waiter. Everybody must name the same number of permits.
 */
public final class Semaphore implements AutoCloseable {
  private static final Duration WAIT = Duration.ofSeconds(30);

  private final KeyValue kv;
  private final Sessions sessions;
  private final String key;
  private final int permits;
  private final String name;
  private final Duration ttl;
  private Lease lease;
  private Runnable onLost = () -> {};

  Semaphore(KeyValue kv, Sessions sessions, String key, int permits, String name, Duration ttl) {
    if (permits < 1) {
      throw new IllegalArgumentException("a semaphore has at least 1 permit, not " + permits);
    }
    this.kv = kv;
    this.sessions = sessions;
    this.key = key;
    this.permits = permits;
    this.name = name;
    this.ttl = ttl;
  }

  /** Waits for a permit. */
  public void acquire() throws InterruptedException {
    if (isHeld()) {
      return;
    }
    try (Lock first = new Lock(kv, sessions, key + "/.first", name, ttl)) {
      while (true) {
        first.acquire();
        String taken = key + "/.taken/";
        KeyValue.Changes now = Flotilla.await(kv.awaitChanges(taken, 0, Duration.ZERO));
        while (now.entries().size() >= permits && first.isHeld()) {
          now = Flotilla.await(kv.awaitChanges(taken, now.index(), WAIT));
        }
        if (first.isHeld()) {
          lease = Lease.open(sessions, name, ttl);
          // Guarded: if it was lost meanwhile, another is first and counts without this one.
          boolean mine =
              Flotilla.await(
                  kv.transaction()
                      .checkSession(key + "/.first", first.lease().id())
                      .lock(taken + lease.id(), name.getBytes(StandardCharsets.UTF_8), lease.id())
                      .commit());
          if (mine) {
            lease.onLost(onLost);
            return;
          }
          close();
        }
      }
    }
  }

  /** Whether this process has a permit, as far as it can know. */
  public boolean isHeld() {
    return lease != null && lease.isAlive();
  }

  /** Runs the task, on another thread, as soon as the permit may belong to somebody else. */
  public Semaphore onLost(Runnable task) {
    this.onLost = task;
    return this;
  }

  /** Gives the permit back. */
  @Override
  public void close() {
    Lease old = lease;
    lease = null;
    if (old != null) {
      old.close();
    }
  }
}

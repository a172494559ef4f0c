package io.flotilla.client;

import java.time.Duration;

/**
 * A number of permits, given in the order in which contenders arrived.
 *
 * <p>The recipe is that of Curator's {@code InterProcessSemaphoreV2}: the first in line ({@link
 * Lock}) waits until a permit is free, takes it and leaves the line. So a permit that is given back
 * wakes one waiter. All contenders must name the same number of permits.
 *
 * <p>As with a lock, a paused holder may go on for a moment after its permit was given to another;
 * a semaphore has no fencing token. Not thread-safe: a contender that wants two permits needs two
 * semaphores.
 */
public final class Semaphore implements AutoCloseable {
  private final Participant who;
  private final String key;
  private final int permits;
  private Lease lease;
  private Runnable onLost = () -> {};

  Semaphore(Participant who, String key, int permits) {
    if (permits < 1) {
      throw new IllegalArgumentException("a semaphore has at least 1 permit, not " + permits);
    }
    this.who = who;
    this.key = key;
    this.permits = permits;
  }

  /**
   * Waits for a permit. A permit that is held already is kept.
   *
   * @throws InterruptedException if interrupted while waiting to be first in line
   * @throws FlotillaException if a request fails; a permit that may have been taken is given back,
   *     or free after its TTL
   */
  public void acquire() throws InterruptedException {
    if (isHeld()) {
      return;
    }
    try (Lock first = new Lock(who, key + "/.first")) {
      while (true) {
        first.acquire();
        String taken = key + "/.taken/";
        KeyValue.Changes now = Flotilla.await(who.kv().awaitChanges(taken, 0, Duration.ZERO));
        while (now.entries().size() >= permits && first.isHeld()) {
          now = Flotilla.await(who.kv().awaitChanges(taken, now.index(), Participant.WAIT));
        }
        if (first.isHeld() && take(first)) {
          return;
        }
      }
    }
  }

  /** {@return whether it took a permit; not if the first place in line was lost meanwhile} */
  private boolean take(Lock first) {
    Lease taking = Lease.open(who.sessions(), who.name(), who.ttl());
    boolean mine = false;
    try {
      // Guarded: if it was lost meanwhile, another is first and counts without this one.
      mine =
          Flotilla.await(
              who.kv()
                  .transaction()
                  .checkSession(key + "/.first", first.lease().id())
                  .lock(key + "/.taken/" + taking.id(), who.bytes(), taking.id())
                  .commit());
    } finally {
      if (!mine) {
        taking.close();
      }
    }
    if (mine) {
      lease = taking;
      lease.onLost(onLost);
    }
    return mine;
  }

  /** {@return whether this contender has a permit, as far as this process can know} */
  public boolean isHeld() {
    return lease != null && lease.isAlive();
  }

  /**
   * Runs the task as soon as the permit may belong to another; not if it is closed before.
   *
   * @param task replaces an earlier one if no permit is held yet. It must not block, see {@link
   *     Lease#onLost}
   * @return this semaphore
   */
  public Semaphore onLost(Runnable task) {
    this.onLost = task;
    if (lease != null) {
      lease.onLost(task);
    }
    return this;
  }

  /**
   * Gives the permit back, and waits until that has happened.
   *
   * @throws FlotillaException if that can't be confirmed; the permit is then free after its TTL
   */
  @Override
  public void close() {
    Lease old = lease;
    lease = null;
    if (old != null) {
      old.close();
    }
  }
}

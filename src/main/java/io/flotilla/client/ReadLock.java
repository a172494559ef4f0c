package io.flotilla.client;

import java.time.Duration;

/**
 * A lock that many may hold at a time, as long as nobody holds the {@link Lock} of the same key:
 * that is the write lock, this the read lock. Both stand in one line, so writers don't starve; a
 * reader waits for the writers before it, a writer for all before it. A holder of the one that asks
 * for the other waits for itself.
 *
 * <pre>{@code
 * try (ReadLock reading = flotilla.recipes().readLock("catalogue")) {
 *   reading.acquire();
 *   // nobody who has the lock "catalogue" writes now
 * }
 * }</pre>
 *
 * <p>When a reader gets its turn, the fencing tokens of all writers before it are stale: no late
 * write of theirs that is fenced comes in between.
 *
 * <p>What it can't promise: a reader that is paused past its TTL may go on reading while the next
 * writer writes. It has no fencing token, and must not write. Holders outside the line, such as
 * {@code consul lock}, are waited for, but don't wait for readers. Not thread-safe.
 */
public final class ReadLock implements AutoCloseable {
  private final Lock lock;

  ReadLock(Participant who, String key) {
    this.lock = new Lock(who, key, true);
  }

  /**
   * Waits for its turn. A lock that is held already is kept.
   *
   * @throws InterruptedException if interrupted; the place in line is given up
   * @throws FlotillaException if a request fails; the place in line is given up
   */
  public void acquire() throws InterruptedException {
    lock.acquire();
  }

  /**
   * Waits for its turn for a limited time, as {@link Lock#tryAcquire} does.
   *
   * @param atMost 0: the lock is acquired if no writer holds it or waits for it
   * @return whether it is held
   * @throws InterruptedException if interrupted; the place in line is given up
   * @throws FlotillaException if a request fails; the place in line is given up
   */
  public boolean tryAcquire(Duration atMost) throws InterruptedException {
    return lock.tryAcquire(atMost).isPresent();
  }

  /** {@return whether this reader holds the lock, as far as this process can know} */
  public boolean isHeld() {
    return lock.isHeld();
  }

  /**
   * Runs the task as soon as a writer may have the lock; see {@link Lock#onLost}.
   *
   * @param task must not block
   * @return this lock
   */
  public ReadLock onLost(Runnable task) {
    lock.onLost(task);
    return this;
  }

  /**
   * Gives the lock or the place in line up, and waits until that has happened.
   *
   * @throws FlotillaException if that can't be confirmed; it is then given up after its TTL
   */
  @Override
  public void close() {
    lock.close();
  }
}

package io.flotilla.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A lock that one holder has at a time, given in the order in which contenders arrived.
 *
 * <pre>{@code
 * try (Lock lock = flotilla.lock("jobs/nightly")) {
 *   long token = lock.acquire();
 *   lock.onLost(() -> stopWorking());
 *   flotilla.kv().setFenced("report", bytes, token).join();
 * }
 * }</pre>
 *
 * <p>The recipe is <a
 * href="https://zookeeper.apache.org/doc/current/recipes.html#sc_recipes_Locks">ZooKeeper's</a>:
 * each contender keeps a key of its own under {@code KEY/.waiting/}, ordered by creation, and waits
 * with one blocking query for the one before it to vanish; nobody polls, and a release wakes one
 * waiter. The first in line acquires {@code KEY} itself, also against holders that know nothing of
 * the line, such as {@code consul lock}. The key and the place in line are deleted when the lock is
 * closed or its holder dies; {@code KEY} is no place for data.
 *
 * <p>What a lock can't promise: a holder that is paused may go on for a moment after another has
 * taken over, believing it still holds the lock. Only the fencing token keeps its writes out.
 *
 * <p>Not thread-safe: one contender is one {@code Lock}, used by one thread.
 */
public final class Lock implements AutoCloseable {
  static final Duration DEFAULT_TTL = Duration.ofSeconds(10);
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final long FOREVER = Long.MAX_VALUE;

  private final KeyValue kv;
  private final Sessions sessions;
  private final String key;
  private final String name;
  private final Duration ttl;
  private Lease lease;
  private long token;
  private Runnable onLost = () -> {};

  Lock(KeyValue kv, Sessions sessions, String key, String name, Duration ttl) {
    this.kv = kv;
    this.sessions = sessions;
    this.key = key;
    this.name = name;
    this.ttl = Lease.valid(ttl);
  }

  /**
   * Waits for its turn. If the lock is held already, returns its token.
   *
   * @return the fencing token: higher than that of every holder before
   * @throws InterruptedException if interrupted; the place in line is given up
   * @throws FlotillaException if a request fails; the place in line is given up
   */
  public long acquire() throws InterruptedException {
    return acquire(FOREVER).orElseThrow();
  }

  /**
   * Waits for its turn for a limited time. A request that is under way when the time is over is
   * still waited for.
   *
   * @param atMost 0: the lock is acquired if it is free and nobody is in line for it
   * @return the fencing token, or empty if the time is over; the place in line is given up then
   * @throws InterruptedException if interrupted; the place in line is given up
   * @throws FlotillaException if a request fails; the place in line is given up
   */
  public OptionalLong tryAcquire(Duration atMost) throws InterruptedException {
    return acquire(System.nanoTime() + atMost.toNanos());
  }

  private OptionalLong acquire(long until) throws InterruptedException {
    if (isHeld()) {
      return OptionalLong.of(token);
    }
    boolean done = false;
    try {
      while (true) {
        leave(); // if the session or the place was lost: to the end of the line
        enter();
        OptionalLong got = waitInLine(until);
        if (got.isPresent()) {
          token = got.getAsLong();
          lease.onLost(onLost);
          done = true;
          return got;
        } else if (until != FOREVER && until - System.nanoTime() <= 0) {
          return OptionalLong.empty();
        }
      }
    } finally {
      if (!done) {
        leave();
      }
    }
  }

  /** Takes a place in line. */
  private void enter() {
    lease = Lease.open(sessions, name, ttl);
    Flotilla.await(kv.acquire(place(), bytes(name), lease.id()));
  }

  private String line() {
    return key + "/.waiting/";
  }

  private String place() {
    return line() + lease.id();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Empty when the time is over, or when the session or the place is lost. */
  private OptionalLong waitInLine(long until) throws InterruptedException {
    do {
      Optional<List<Entry>> listed = get(kv.list(line()), FOREVER);
      if (listed.isEmpty()) {
        return OptionalLong.empty();
      }
      List<Entry> line =
          listed.get().stream().sorted(Comparator.comparingLong(Entry::createIndex)).toList();
      int mine = line.stream().map(Entry::key).toList().indexOf(place());
      if (mine < 0) {
        return OptionalLong.empty();
      } else if (mine > 0) {
        Entry before = line.get(mine - 1);
        get(kv.awaitChange(before.key(), before.modifyIndex(), WAIT), until);
        continue;
      }
      OptionalLong got = take(until);
      if (got.isPresent()) {
        return got;
      }
    } while (lease.isAlive() && (until == FOREVER || until - System.nanoTime() > 0));
    return OptionalLong.empty();
  }

  /** For the first in line: only a holder outside the line, or a lock-delay, can be in the way. */
  private OptionalLong take(long until) throws InterruptedException {
    OptionalLong got;
    try {
      got = Flotilla.await(kv.acquire(key, bytes(name), lease.id()));
    } catch (FlotillaException e) {
      if (e.code().equals("unknown-session")) {
        return OptionalLong.empty();
      }
      throw e;
    }
    if (got.isEmpty()) {
      Optional<KeyValue.Change> now = get(kv.awaitChange(key, 0, Duration.ZERO), FOREVER);
      if (now.flatMap(KeyValue.Change::entry).map(Entry::session).isPresent()) {
        get(kv.awaitChange(key, now.get().index(), WAIT), until);
      } else {
        TimeUnit.MILLISECONDS.sleep(200); // a lock-delay: no event marks its end
      }
    }
    return got;
  }

  /** Waits for the result; empty if the time is over or the lease is lost before. */
  private <T> Optional<T> get(CompletableFuture<T> future, long until) throws InterruptedException {
    Lease current = lease;
    Runnable giveUp = () -> future.cancel(true);
    current.onLost(giveUp);
    try {
      return Optional.of(
          until == FOREVER
              ? future.get()
              : future.get(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      future.cancel(true);
      return Optional.empty();
    } catch (java.util.concurrent.CancellationException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      if (FlotillaException.unwrap(e) instanceof FlotillaException known) {
        throw known;
      }
      throw new CompletionException(e.getCause());
    } finally {
      current.forget(giveUp);
    }
  }

  /** {@return whether this contender holds the lock, as far as this process can know} */
  public boolean isHeld() {
    return token != 0 && lease != null && lease.isAlive();
  }

  /** {@return the fencing token of the last acquire; 0 if it was never held or is given back} */
  public long token() {
    return token;
  }

  /** The session that waits or holds; null if none. */
  Lease lease() {
    return lease;
  }

  /**
   * Runs the task as soon as the lock may belong to another; not if it is closed before.
   *
   * @param task replaces an earlier one if the lock is not held yet. It must not block, see {@link
   *     Lease#onLost}
   * @return this lock
   */
  public Lock onLost(Runnable task) {
    this.onLost = task;
    if (token != 0 && lease != null) {
      lease.onLost(task);
    }
    return this;
  }

  private void leave() {
    Lease old = lease;
    lease = null;
    token = 0;
    if (old != null) {
      old.close();
    }
  }

  /**
   * Gives the lock or the place in line to the next contender, and waits until that has happened.
   *
   * @throws FlotillaException if that can't be confirmed; the lock is then free after its TTL
   */
  @Override
  public void close() {
    leave();
  }
}

package io.flotilla.client;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

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
  private static final String READER = "read-";

  private final Participant who;
  private final String key;
  private final boolean shared;
  private volatile Place place;
  private volatile long token;
  private Runnable onLost = () -> {};

  Lock(Participant who, String key) {
    this(who, key, false);
  }

  /**
   * @param shared whether others of the kind may hold it at the same time, see {@link ReadLock}
   */
  Lock(Participant who, String key, boolean shared) {
    this.who = who;
    this.key = key;
    this.shared = shared;
  }

  /**
   * Waits for its turn. If the lock is held already, returns its token.
   *
   * @return the fencing token: higher than that of every holder before
   * @throws InterruptedException if interrupted; the place in line is given up
   * @throws FlotillaException if a request fails; the place in line is given up
   */
  public long acquire() throws InterruptedException {
    return acquire(Deadline.NEVER).orElseThrow();
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
    return acquire(Deadline.in(atMost));
  }

  private OptionalLong acquire(Deadline until) throws InterruptedException {
    if (isHeld()) {
      return OptionalLong.of(token);
    }
    boolean done = false;
    try {
      while (true) {
        leave(); // if the session or the place was lost: to the end of the line
        place = who.enter(shared ? line() + READER : line());
        OptionalLong got = waitInLine(until);
        if (got.isPresent()) {
          token = got.getAsLong();
          place.lease().onLost(onLost);
          done = true;
          return got;
        } else if (until.isOver()) {
          return OptionalLong.empty();
        }
      }
    } finally {
      if (!done) {
        leave();
      }
    }
  }

  private String line() {
    return key + "/.waiting/";
  }

  private boolean isInTheWay(Entry before) {
    return !shared || !before.key().startsWith(line() + READER);
  }

  /** Empty when the time is over, or when the session or the place is lost. */
  private OptionalLong waitInLine(Deadline until) throws InterruptedException {
    do {
      if (!place.awaitTurn(line(), this::isInTheWay, until)) {
        return OptionalLong.empty();
      }
      OptionalLong got = take();
      if (got.isPresent()) {
        return got;
      }
      awaitFree(until);
    } while (place.lease().isAlive() && !until.isOver());
    return OptionalLong.empty();
  }

  /** Only a holder outside the line, or a lock-delay, can be in the way now. */
  private OptionalLong take() {
    String session = place.lease().id();
    if (shared) {
      return pass(session) ? OptionalLong.of(place.token()) : OptionalLong.empty();
    }
    try {
      return Flotilla.await(who.kv().acquire(key, who.bytes(), session));
    } catch (FlotillaException e) {
      if (e.code().equals("unknown-session")) {
        return OptionalLong.empty();
      }
      throw e;
    }
  }

  /** Locks the key for a moment: from then on the token of whoever wrote before is stale. */
  private boolean pass(String session) {
    return Flotilla.await(
        who.kv()
            .transaction()
            .checkSession(place.key(), session)
            .lock(key, who.bytes(), session)
            .delete(key)
            .commit());
  }

  private void awaitFree(Deadline until) throws InterruptedException {
    Optional<KeyValue.Change> now =
        place.await(who.kv().awaitChange(key, 0, Duration.ZERO), Deadline.NEVER);
    if (now.flatMap(KeyValue.Change::entry).map(Entry::session).isPresent()) {
      place.await(who.kv().awaitChange(key, now.get().index(), Participant.WAIT), until);
    } else {
      TimeUnit.MILLISECONDS.sleep(200); // a lock-delay: no event marks its end
    }
  }

  /**
   * {@return whether this contender holds the lock, as far as this process can know}
   *
   * <p>May be called from any thread.
   */
  public boolean isHeld() {
    Place now = place;
    return token != 0 && now != null && now.lease().isAlive();
  }

  /** {@return the fencing token of the last acquire; 0 if it was never held or is given back} */
  public long token() {
    return token;
  }

  /** The session that waits or holds; null if none. */
  Lease lease() {
    return place == null ? null : place.lease();
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
    if (token != 0 && place != null) {
      place.lease().onLost(task);
    }
    return this;
  }

  private void leave() {
    Place old = place;
    place = null;
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

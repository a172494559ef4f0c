package io.flotilla.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A session that is renewed in the background every third of its TTL, until it is closed or lost.
 * Its TTL is exact, and the keys it holds are deleted when it ends. Thread-safe.
 *
 * <p>It counts as lost as soon as the cluster may have ended it: when a renewal finds it gone, or
 * one TTL after the last successful renewal was <em>sent</em>. The cluster counts from the moment
 * the renewal arrived. So a process that stops when its lease is lost has stopped before another
 * can take over, unless the process itself was paused; only a fencing token helps against that.
 */
public final class Lease implements AutoCloseable {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final ScheduledExecutorService TIMER =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "flotilla-leases");
            thread.setDaemon(true);
            return thread;
          });

  private final Sessions sessions;
  private final String id;
  private final long ttlNanos;
  private final List<Runnable> listeners = new ArrayList<>();
  private final ScheduledFuture<?> renewing;
  private ScheduledFuture<?> deadline;
  private long goodUntil;
  private boolean ended;
  private boolean lost;

  /** Whether the server takes this TTL: a lease can't be without one. */
  static Duration valid(Duration ttl) {
    if (ttl.compareTo(SHORTEST) < 0 || ttl.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a TTL is from 1 s to 24 h, not " + ttl);
    }
    return ttl;
  }

  /** Creates an ephemeral session and keeps it alive. */
  static Lease open(Sessions sessions, String name, Duration ttl) {
    valid(ttl);
    long sent = System.nanoTime();
    String id = Flotilla.await(sessions.createEphemeral(name, ttl));
    return new Lease(sessions, id, ttl, sent);
  }

  private Lease(Sessions sessions, String id, Duration ttl, long sent) {
    this.sessions = sessions;
    this.id = id;
    this.ttlNanos = ttl.toNanos();
    renewed(sent);
    long every = ttlNanos / 3;
    this.renewing = TIMER.scheduleWithFixedDelay(this::renew, every, every, TimeUnit.NANOSECONDS);
  }

  /** {@return the session's id} */
  public String id() {
    return id;
  }

  /** {@return whether it is neither closed nor lost} */
  public synchronized boolean isAlive() {
    return !ended && goodUntil - System.nanoTime() > 0;
  }

  /**
   * Runs the task once the lease is lost; not if it is closed before.
   *
   * @param task run on one of the client's threads, and must not block: it would hold up the
   *     renewals of other leases. If the lease is lost already, it is run at once by the caller
   */
  public void onLost(Runnable task) {
    synchronized (this) {
      if (!lost) {
        listeners.add(task);
        return;
      }
    }
    task.run();
  }

  /** Undoes {@link #onLost}. */
  synchronized void forget(Runnable task) {
    listeners.remove(task);
  }

  private void renew() {
    long sent = System.nanoTime();
    sessions
        .renew(id)
        .whenComplete(
            (alive, failure) -> {
              if (failure == null && alive) {
                renewed(sent);
              } else if (failure == null) {
                lose();
              } // otherwise the next renewal tries again, until the deadline decides
            });
  }

  private synchronized void renewed(long sent) {
    if (ended || goodUntil != 0 && sent + ttlNanos - goodUntil <= 0) {
      return;
    }
    goodUntil = sent + ttlNanos;
    if (deadline != null) {
      deadline.cancel(false);
    }
    deadline = TIMER.schedule(this::lose, goodUntil - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private void lose() {
    List<Runnable> told;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      lost = true;
      stopTimers();
      told = List.copyOf(listeners);
    }
    told.forEach(Runnable::run);
  }

  private void stopTimers() {
    renewing.cancel(false);
    deadline.cancel(false);
  }

  /**
   * Ends the session, and waits until the cluster has done so.
   *
   * @throws FlotillaException if that can't be confirmed; the session then ends with its TTL
   */
  @Override
  public void close() {
    synchronized (this) {
      ended = true;
      stopTimers();
    }
    Flotilla.await(sessions.destroy(id));
  }
}

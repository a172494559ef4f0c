package io.flotilla.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One leader among candidates; the others follow in the order in which they came. The leader's name
 * is the value of the key {@code NAME} as long as it leads.
 */
public final class Election implements AutoCloseable {
  private final KeyValue kv;
  private final String name;
  private final Lock lock;

  Election(KeyValue kv, Sessions sessions, String name, String candidate, Duration ttl) {
    this.kv = kv;
    this.name = name;
    this.lock = new Lock(kv, sessions, name, candidate, ttl);
  }

  /**
   * Waits until this candidate leads.
   *
   * @return the term's fencing token: higher than that of every leader before
   */
  public long campaign() throws InterruptedException {
    return lock.acquire();
  }

  /** Whether this candidate leads, as far as it can know. */
  public boolean isLeader() {
    return lock.isHeld();
  }

  /** The leader's name, or empty while there is none. */
  public CompletableFuture<Optional<String>> leader() {
    return kv.get(name).thenApply(e -> e.filter(x -> x.session() != null).map(Entry::text));
  }

  /** Runs the task, on another thread, as soon as another may lead. */
  public Election onLost(Runnable task) {
    lock.onLost(task);
    return this;
  }

  /** Steps down, or leaves the line. */
  @Override
  public void close() {
    lock.close();
  }
}

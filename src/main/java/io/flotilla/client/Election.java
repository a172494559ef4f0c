package io.flotilla.client;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One leader among candidates; the others follow in the order in which they came. While a candidate
 * leads, its name is the value of the key that the election is named after.
 *
 * <p>It is a {@link Lock}: the same limits apply, and only the fencing token keeps out a deposed
 * leader's late writes. Not thread-safe.
 */
public final class Election implements AutoCloseable {
  private final KeyValue kv;
  private final String name;
  private final Lock lock;

  Election(Participant candidate, String name) {
    this.kv = candidate.kv();
    this.name = name;
    this.lock = new Lock(candidate, name);
  }

  /**
   * Waits until this candidate leads. A candidate that leads already returns at once.
   *
   * @return the term's fencing token: higher than that of every leader before
   * @throws InterruptedException if interrupted; the candidate has left the line
   * @throws FlotillaException if a request fails; the candidate has left the line
   */
  public long campaign() throws InterruptedException {
    return lock.acquire();
  }

  /** {@return whether this candidate leads, as far as this process can know} */
  public boolean isLeader() {
    return lock.isHeld();
  }

  /** {@return the leader's name, empty while there is none} */
  public CompletableFuture<Optional<String>> leader() {
    return kv.get(name).thenApply(e -> e.filter(x -> x.session() != null).map(Entry::text));
  }

  /**
   * Runs the task as soon as another candidate may lead; see {@link Lock#onLost}.
   *
   * @param task must not block
   * @return this election
   */
  public Election onLost(Runnable task) {
    lock.onLost(task);
    return this;
  }

  /**
   * Steps down or leaves the line, and waits until that has happened.
   *
   * @throws FlotillaException if that can't be confirmed; the session then ends with its TTL
   */
  @Override
  public void close() {
    lock.close();
  }
}

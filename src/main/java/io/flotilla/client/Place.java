package io.flotilla.client;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * A key that is held by a session of its own and gone with it: what all recipes are made of in
 * which somebody takes part. In a folder, places are ordered by when they were taken.
 */
final class Place implements AutoCloseable {
  private final KeyValue kv;
  private final String key;
  private final long token;
  private final Lease lease;

  Place(KeyValue kv, String key, long token, Lease lease) {
    this.kv = kv;
    this.key = key;
    this.token = token;
    this.lease = lease;
  }

  String key() {
    return key;
  }

  /** That of the place itself, higher than those of all places before. */
  long token() {
    return token;
  }

  Lease lease() {
    return lease;
  }

  /**
   * Waits, with one blocking query at a time, until nothing before this place is in the way.
   *
   * @param folder this place's
   * @return false if the time is over, or the place is lost
   */
  boolean awaitTurn(String folder, Predicate<Entry> inTheWay, Deadline until)
      throws InterruptedException {
    do {
      Optional<List<Entry>> listed = await(kv.list(folder), Deadline.NEVER);
      List<Entry> line =
          listed.orElse(List.of()).stream()
              .sorted(Comparator.comparingLong(Entry::createIndex))
              .toList();
      int mine = line.stream().map(Entry::key).toList().indexOf(key);
      if (mine < 0) {
        return false;
      }
      Optional<Entry> last =
          line.subList(0, mine).stream().filter(inTheWay).reduce((former, latter) -> latter);
      if (last.isEmpty()) {
        return true;
      }
      await(kv.awaitChange(last.get().key(), last.get().modifyIndex(), Participant.WAIT), until);
    } while (lease.isAlive() && !until.isOver());
    return false;
  }

  /** Waits for the result; empty if the time is over or the place is lost before. */
  <T> Optional<T> await(CompletableFuture<T> future, Deadline until) throws InterruptedException {
    Runnable giveUp = () -> future.cancel(true);
    lease.onLost(giveUp);
    try {
      return until.await(future);
    } finally {
      lease.forget(giveUp);
    }
  }

  /** Gives it up, and waits until that has happened; see {@link Lease#close}. */
  @Override
  public void close() {
    lease.close();
  }
}

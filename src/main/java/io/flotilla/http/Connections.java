package io.flotilla.http;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import akka.Done;
import io.flotilla.memory.Budget;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The open connections of a node, as far as its memory goes. When there is no room for another one,
 * that on which nothing was asked for longest is closed for it. When something is asked on all of
 * them, the newcomer is a guest: it is told whether the node lives, and nothing else.
 */
final class Connections {
  /** What an open connection costs, measured, and what it may hold of what has come besides. */
  static final long CONNECTION_BYTES = 17 * 1024 + Line.FREE_BYTES;

  /** One of them; all calls of it come from within {@link Connections}. */
  interface Connection {
    /** Soon, on its own thread. */
    void close();

    /** As soon as everything is answered. */
    void end();

    /** What is not answered yet is answered so that it will not be. */
    void giveUp();

    /** Much has come that is no whole request yet. */
    boolean isUnfinished();
  }

  /** So many guests are let in at a time, so that one of many is still heard out. */
  private static final int MAX_GUESTS = 100;

  private final Budget budget;
  private final Set<Connection> open = new HashSet<>();
  private final Set<Connection> idle = new LinkedHashSet<>();
  private final Set<Connection> guests = new LinkedHashSet<>();
  private boolean ending;
  private final CompletableFuture<Done> ended = new CompletableFuture<>();

  Connections(Budget budget) {
    this.budget = budget;
  }

  /** It begins idle. */
  synchronized void opened(Connection connection) {
    if (!budget.tryAcquire(CONNECTION_BYTES) && !takePlaceOfIdle()) {
      guests.add(connection);
    }
    open.add(connection);
    idle.add(connection);
  }

  private boolean takePlaceOfIdle() {
    boolean crowded = guests.size() >= MAX_GUESTS;
    for (Iterator<Connection> i = idle.iterator(); i.hasNext(); ) {
      Connection longest = i.next();
      boolean hasPlace = !guests.contains(longest);
      if (hasPlace || crowded) {
        i.remove();
        longest.close();
        crowded = false;
      }
      if (hasPlace) {
        guests.add(longest); // its place is the newcomer's now
        return true;
      }
    }
    return false;
  }

  /** What has come on them so far takes up the memory for what comes. */
  synchronized void closeUnfinished() {
    open.stream().filter(Connection::isUnfinished).forEach(Connection::close);
  }

  /** All, within this time. Completes when there is none any more; there must come no new ones. */
  synchronized CompletionStage<Done> end(Duration patience) {
    ending = true;
    open.forEach(Connection::end);
    tellEnded();
    CompletableFuture.delayedExecutor(patience.toMillis(), MILLISECONDS).execute(this::giveUp);
    return ended;
  }

  private synchronized void giveUp() {
    open.forEach(Connection::giveUp);
  }

  private void tellEnded() {
    if (ending && open.isEmpty()) {
      ended.complete(Done.getInstance());
    }
  }

  synchronized void busy(Connection connection) {
    idle.remove(connection);
  }

  synchronized void idle(Connection connection) {
    idle.add(connection);
  }

  synchronized void closed(Connection connection) {
    open.remove(connection);
    idle.remove(connection);
    if (!guests.remove(connection)) {
      budget.release(CONNECTION_BYTES);
    }
    tellEnded();
  }

  synchronized boolean isGuest(Connection connection) {
    return guests.contains(connection);
  }
}

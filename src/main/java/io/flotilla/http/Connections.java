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
 * The open connections of a node, limited by its memory. When there is no room for another one, the
 * longest idle is closed for it. When all are busy, the newcomer becomes a guest: it may ask
 * whether the node is alive, and nothing else.
 */
final class Connections {
  /**
   * An open connection was measured to cost 3.2 KiB. It may hold as much unparsed input as is read
   * at a time, and about as much in small requests and answers.
   */
  static final long CONNECTION_BYTES = 2 * Line.FREE_BYTES;

  /** A connection; called only by {@link Connections}. */
  interface Connection {
    /** Closes soon, on its own thread. */
    void close();

    /**
     * Says with its next answer that it is the last, and closes after that. A client that asks
     * nothing for this long has nothing on its way, and gets no such answer.
     */
    void end(Duration farewell);

    /** Answers pending requests with an error. */
    void giveUp();

    /** Whether much input has arrived that does not yet form a whole request. */
    boolean isUnfinished();
  }

  /** Limits the number of guests at a time, but leaves each of them time to be answered. */
  private static final int MAX_GUESTS = 100;

  private final Budget budget;
  private final Set<Connection> open = new HashSet<>();
  private final Set<Connection> idle = new LinkedHashSet<>();
  private final Set<Connection> guests = new LinkedHashSet<>();

  /** How long clients have to ask once more before their connections end; null: they don't. */
  private Duration farewell;

  private final CompletableFuture<Done> ended = new CompletableFuture<>();

  Connections(Budget budget) {
    this.budget = budget;
  }

  /** Registers a connection, idle at first. */
  synchronized void opened(Connection connection) {
    if (!budget.tryAcquire(CONNECTION_BYTES) && !takePlaceOfIdle()) {
      guests.add(connection);
    }
    open.add(connection);
    idle.add(connection);
    if (farewell != null) {
      connection.end(farewell); // it was accepted just before
    }
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
        guests.add(longest); // gives its place to the newcomer
        return true;
      }
    }
    return false;
  }

  /** Closes connections whose unfinished input takes up the memory for further input. */
  synchronized void closeUnfinished() {
    open.stream().filter(Connection::isUnfinished).forEach(Connection::close);
  }

  /**
   * Ends all connections; completes with the last. None may be accepted after.
   *
   * @param farewell how long clients have to ask once more, so that nobody's request meets a closed
   *     connection
   * @param patience after which requests under way are given up
   */
  synchronized CompletionStage<Done> end(Duration farewell, Duration patience) {
    this.farewell = farewell;
    open.forEach(connection -> connection.end(farewell));
    tellEnded();
    CompletableFuture.delayedExecutor(patience.toMillis(), MILLISECONDS).execute(this::giveUp);
    return ended;
  }

  private synchronized void giveUp() {
    open.forEach(Connection::giveUp);
  }

  private void tellEnded() {
    if (farewell != null && open.isEmpty()) {
      ended.complete(Done.getInstance());
    }
  }

  /** Whether it is a guest. */
  synchronized boolean busy(Connection connection) {
    idle.remove(connection);
    return guests.contains(connection);
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

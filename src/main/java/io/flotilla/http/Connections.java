package io.flotilla.http;

import static io.flotilla.http.ClientLimits.Kind.CONNECTIONS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import akka.Done;
import akka.http.javadsl.model.StatusCodes;
import io.flotilla.memory.Budget;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

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
    /** The network that it comes from. */
    String client();

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

  private static final ApiError NO_ROOM =
      new ApiError(
          StatusCodes.TOO_MANY_REQUESTS,
          "overloaded",
          "This node has too many connections; try later, or another node.");

  private final Budget budget;
  private final ClientLimits limits;
  private final Set<Connection> open = new HashSet<>();
  private final Set<Connection> idle = new LinkedHashSet<>();

  /** Each with what it is told. */
  private final Map<Connection, ApiError> guests = new LinkedHashMap<>();

  /** How long clients have to ask once more before their connections end; null: they don't. */
  private Duration farewell;

  private final CompletableFuture<Done> ended = new CompletableFuture<>();

  /**
   * @param limits of what comes from one network, as connections are there before any token
   */
  Connections(Budget budget, ClientLimits limits) {
    this.budget = budget;
    this.limits = limits;
  }

  /** Registers a connection, idle at first. */
  synchronized void opened(Connection connection) {
    if (!share(connection).tryAcquire(1)) {
      admit(connection, c -> c.client().equals(connection.client()), CONNECTIONS.exceeded());
    } else if (!budget.tryAcquire(CONNECTION_BYTES)) {
      share(connection).release(1);
      admit(connection, c -> true, NO_ROOM);
    }
    open.add(connection);
    idle.add(connection);
    if (farewell != null) {
      connection.end(farewell); // it was accepted just before
    }
  }

  private ClientLimits.Share share(Connection connection) {
    return limits.of(connection.client(), CONNECTIONS);
  }

  /** In the place of one of those, or as a guest. */
  private void admit(Connection connection, Predicate<Connection> others, ApiError why) {
    if (takePlaceOfIdle(others, why)) {
      share(connection).tryAcquire(1); // its own, or what was just given up
    } else {
      guests.put(connection, why);
    }
  }

  private boolean takePlaceOfIdle(Predicate<Connection> others, ApiError why) {
    boolean crowded = guests.size() >= MAX_GUESTS;
    for (Iterator<Connection> i = idle.iterator(); i.hasNext(); ) {
      Connection longest = i.next();
      boolean isGuest = guests.containsKey(longest);
      if (isGuest && crowded) {
        i.remove();
        longest.close();
        crowded = false;
      } else if (!isGuest && others.test(longest)) {
        i.remove();
        longest.close();
        share(longest).release(1);
        guests.put(longest, why); // gives its place to the newcomer
        return true;
      }
    }
    return false;
  }

  /** Closes those of them whose unfinished input takes up the memory for further input. */
  synchronized void closeUnfinished(Predicate<Connection> which) {
    open.stream().filter(which).filter(Connection::isUnfinished).forEach(Connection::close);
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

  /** What it is told instead of an answer, if it is a guest. */
  synchronized Optional<ApiError> busy(Connection connection) {
    idle.remove(connection);
    return Optional.ofNullable(guests.get(connection));
  }

  synchronized void idle(Connection connection) {
    idle.add(connection);
  }

  synchronized void closed(Connection connection) {
    open.remove(connection);
    idle.remove(connection);
    if (guests.remove(connection) == null) {
      budget.release(CONNECTION_BYTES);
      share(connection).release(1);
    }
    tellEnded();
  }

  synchronized boolean isGuest(Connection connection) {
    return guests.containsKey(connection);
  }
}

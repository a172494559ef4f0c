package io.flotilla.http;

import io.flotilla.memory.Budget;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The open connections of a node, as far as its memory goes. When there is no room for another one,
 * that on which nothing was asked for longest is closed for it. When something is asked on all of
 * them, the newcomer is a guest: it is told whether the node lives, and nothing else.
 */
final class Connections {
  /** What an open connection costs, measured, and what it may hold of small answers besides. */
  static final long CONNECTION_BYTES = 24 * 1024;

  /** One of them; all calls of it come from within {@link Connections}. */
  interface Connection {
    /** Soon, on its own thread. */
    void close();
  }

  /** So many guests are let in at a time, so that one of many is still heard out. */
  private static final int MAX_GUESTS = 100;

  private final Budget budget;
  private final Set<Connection> idle = new LinkedHashSet<>();
  private final Set<Connection> guests = new LinkedHashSet<>();

  Connections(Budget budget) {
    this.budget = budget;
  }

  /** It begins idle. */
  synchronized void opened(Connection connection) {
    if (!budget.tryAcquire(CONNECTION_BYTES) && !takePlaceOfIdle()) {
      guests.add(connection);
    }
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

  /** All on which nothing is asked, or not completely. */
  synchronized void closeIdle() {
    idle.forEach(Connection::close);
  }

  synchronized void busy(Connection connection) {
    idle.remove(connection);
  }

  synchronized void idle(Connection connection) {
    idle.add(connection);
  }

  synchronized void closed(Connection connection) {
    idle.remove(connection);
    if (!guests.remove(connection)) {
      budget.release(CONNECTION_BYTES);
    }
  }

  synchronized boolean isGuest(Connection connection) {
    return guests.contains(connection);
  }
}

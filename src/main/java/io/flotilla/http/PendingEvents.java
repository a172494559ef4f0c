package io.flotilla.http;

import akka.util.ByteString;
import io.flotilla.memory.Budget;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Events waiting for their readers on this node. An event for several readers counts once, until
 * the last of them has taken it or is gone.
 */
final class PendingEvents {
  private static final int MAX_SHARES = 8;

  private final Budget budget;
  private final Map<ByteString, Integer> waiting = new IdentityHashMap<>();

  PendingEvents(Budget budget) {
    this.budget = budget;
  }

  /** What may wait for one reader. */
  long bytesForOne() {
    return budget.bytes() / MAX_SHARES;
  }

  /** False if there is no memory for it. */
  synchronized boolean tryAcquire(ByteString events) {
    Integer readers = waiting.get(events);
    if (readers == null && !budget.tryAcquire(events.size())) {
      return false;
    }
    waiting.put(events, readers == null ? 1 : readers + 1);
    return true;
  }

  synchronized void release(ByteString events) {
    int readers = waiting.get(events);
    if (readers == 1) {
      waiting.remove(events);
      budget.release(events.size());
    } else {
      waiting.put(events, readers - 1);
    }
  }
}

package io.flotilla.http;

import akka.util.ByteString;
import io.flotilla.memory.Budget;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Events waiting for their readers on this node. An event for several readers counts once, until
 * the last of them has taken it or is gone.
 */
final class PendingEvents {
  private static final int MAX_SHARES = 8;

  private final Budget budget;
  private final Map<ByteString, Integer> waiting = new IdentityHashMap<>();
  private final AtomicInteger streams = new AtomicInteger();

  PendingEvents(Budget budget) {
    this.budget = budget;
  }

  void opened() {
    streams.incrementAndGet();
  }

  void closed() {
    streams.decrementAndGet();
  }

  /** Streams of events that are open. */
  int streams() {
    return streams.get();
  }

  /** What may wait for one reader. */
  long bytesForOne() {
    return budget.bytes() / MAX_SHARES;
  }

  /** False if there is no memory for it. */
  synchronized boolean tryAcquire(ByteString events) {
    Integer sharers = waiting.get(events);
    if (sharers == null && !budget.tryAcquire(events.size())) {
      return false;
    }
    waiting.put(events, sharers == null ? 1 : sharers + 1);
    return true;
  }

  synchronized void release(ByteString events) {
    int sharers = waiting.get(events);
    if (sharers == 1) {
      waiting.remove(events);
      budget.release(events.size());
    } else {
      waiting.put(events, sharers - 1);
    }
  }
}

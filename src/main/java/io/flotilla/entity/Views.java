package io.flotilla.entity;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Lists that are too long for one message, kept while their askers take them page by page. All
 * pages of a list are of one moment. The items are the state's own, so that a view costs little
 * more than its references.
 *
 * <p>Used by several threads: answers are also made outside of the actor.
 */
final class Views {
  /** Longer than the slowest client that is put up with takes for a page. */
  private static final long IDLE_NANOS = Duration.ofMinutes(2).toNanos();

  /** What a view costs for each item, with what else is counted for it. */
  private static final long ITEM_BYTES = 8;

  static final Result.Refused LOST =
      new Result.Refused(
          "answer-lost",
          "The rest of the list is not at hand any more, as the namespace has moved: ask again.");

  private static final class View {
    private final Result.Many<?> list;
    private long usedNanos;
    private boolean read;

    View(Result.Many<?> list, long now) {
      this.list = list;
      this.usedNanos = now;
    }

    long bytes() {
      return ITEM_BYTES * list.items().size();
    }
  }

  private final long maxBytes;
  private final LongSupplier nanoTime;
  private final Map<Long, View> views = new LinkedHashMap<>();
  private long incarnation;
  private long lastId;
  private long bytes;

  /**
   * @param maxBytes that all views may cost
   * @param nanoTime as {@link System#nanoTime}
   */
  Views(long maxBytes, LongSupplier nanoTime) {
    this.maxBytes = maxBytes;
    this.nanoTime = nanoTime;
  }

  /** A new incarnation knows nothing of its predecessor's views. */
  synchronized void begin(long incarnation) {
    this.incarnation = incarnation;
    views.clear();
    bytes = 0;
  }

  /** What is not asked for any more is forgotten. Returns whether anything is left. */
  synchronized boolean forgetIdle() {
    long now = nanoTime.getAsLong();
    forget(v -> now - v.usedNanos > IDLE_NANOS);
    return !views.isEmpty();
  }

  private void forget(Predicate<View> which) {
    views
        .values()
        .removeIf(
            v -> {
              boolean gone = which.test(v);
              bytes -= gone ? v.bytes() : 0;
              return gone;
            });
  }

  /** The list, or its beginning if it has more than a page. */
  synchronized Result begin(Result.Many<?> list, int pageBytes) {
    int end = list.end(0, pageBytes);
    if (end == list.items().size()) {
      return list;
    }
    View view = new View(list, nanoTime.getAsLong());
    if (bytes + view.bytes() > maxBytes) {
      forgetIdle();
    }
    if (bytes + view.bytes() > maxBytes) {
      forget(v -> v.read);
    }
    if (bytes + view.bytes() > maxBytes) {
      return new Result.Refused(
          "overloaded", "Too many long lists of this namespace are being read; try later.");
    }
    bytes += view.bytes();
    views.put(++lastId, view);
    return new Result.Begun(list.run(0, end), new Operation.More(incarnation, lastId, end));
  }

  /** The page that begins there. */
  synchronized Result page(Operation.More more, int pageBytes) {
    View view = more.incarnation() == incarnation ? views.get(more.view()) : null;
    if (view == null) {
      return LOST;
    }
    view.usedNanos = nanoTime.getAsLong();
    int end = view.list.end(more.from(), pageBytes);
    Result.Many<?> run = view.list.run(more.from(), end);
    if (end == view.list.items().size()) {
      view.read = true;
      return run;
    }
    return new Result.Begun(run, new Operation.More(incarnation, more.view(), end));
  }
}

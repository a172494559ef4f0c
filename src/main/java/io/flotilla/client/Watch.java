package io.flotilla.client;

import java.util.function.Consumer;

/**
 * Every change under a prefix, once and in order. When a connection breaks, the watch continues at
 * the next address after the last index seen, so nothing is missed and nothing comes twice.
 */
public final class Watch {
  private final EventSource source;
  private volatile Consumer<WatchEvent> events;

  /**
   * @param path the watch's, with all but the index
   * @param index the watch starts after this change; -1: now
   */
  Watch(Transport transport, UrlPath path, long index) {
    this.source =
        new EventSource(
            transport, path.toString(), index < 0 ? null : Long.toString(index), this::hand);
  }

  private boolean hand(EventSource.Event event) {
    long index = event.id() == null ? -1 : Long.parseLong(event.id());
    events.accept(new WatchEvent(event.name(), index, event.data()));
    return !event.name().equals("compacted");
  }

  /**
   * Passes on what happens, on this thread, until the watch is closed or the server ends it. In the
   * latter case the last event is {@code compacted}, and the caller must read the keys again before
   * it watches from their index. While no address answers, it keeps trying.
   *
   * @param events called with each event; an exception from it ends the watch and is thrown here
   * @throws InterruptedException if interrupted while connecting or between attempts; {@link
   *     #close} also ends the wait for an event
   * @throws FlotillaException if the server refuses the watch
   */
  public void run(Consumer<WatchEvent> events) throws InterruptedException {
    this.events = events;
    source.run();
  }

  /** Ends the watch. May be called from any thread. */
  public void close() {
    source.close();
  }
}

package io.flotilla.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Follows the instances of a service in the background, with blocking queries. While no address
 * answers it keeps asking; what it reported last is then the latest that is known.
 */
public final class ServiceWatch implements AutoCloseable {
  /** Short, so that a node that hangs is soon noticed. */
  private static final Duration WAIT = Duration.ofSeconds(10);

  private static final long PAUSE_MILLIS = 1000;

  /** Called about changes, on the watch's own thread, which an exception from here ends. */
  @FunctionalInterface
  public interface Listener {
    /**
     * The instances have changed; also called with the first answer.
     *
     * @param instances all there are now, ordered by node and id
     */
    void changed(List<Instance> instances);

    /**
     * No address answers, or the request is refused. The watch keeps asking; this is called once
     * until an answer comes.
     *
     * @param reason what the request failed with
     */
    default void unreachable(FlotillaException reason) {}

    /** An address answers again. */
    default void reachable() {}
  }

  private final Services services;
  private final String name;
  private final boolean passingOnly;
  private final Listener listener;
  private final Thread thread;
  private volatile boolean closed;

  ServiceWatch(Services services, String name, boolean passingOnly, Listener listener) {
    this.services = services;
    this.name = name;
    this.passingOnly = passingOnly;
    this.listener = listener;
    this.thread = new Thread(this::run, "flotilla-watch-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    long index = 0;
    List<Instance> known = null;
    boolean reachable = true;
    while (!closed) {
      try {
        Services.Found found = Flotilla.await(services.awaitChange(name, passingOnly, index, WAIT));
        // An index that goes back belongs to another history.
        index = found.index() < index ? 0 : found.index();
        if (!reachable) {
          reachable = true;
          tell(listener::reachable);
        }
        if (!found.instances().equals(known)) {
          known = found.instances();
          tell(() -> listener.changed(found.instances()));
        }
      } catch (FlotillaException e) {
        if (reachable) {
          reachable = false;
          tell(() -> listener.unreachable(e));
        }
        pause();
      }
    }
  }

  private void tell(Runnable what) {
    if (!closed) {
      what.run();
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  /** Ends the watch. The listener is not called after this, but a call under way is not awaited. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}

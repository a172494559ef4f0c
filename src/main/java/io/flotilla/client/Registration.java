package io.flotilla.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A service instance that is kept registered until it is closed, through any of the client's
 * addresses. If it has a TTL check, that is passed every third of its TTL, and the instance is
 * registered again if Flotilla no longer knows it; any other instance is registered again every 10
 * s, which changes nothing while it is there. Thread-safe.
 */
public final class Registration implements AutoCloseable {
  /** The time between two registrations of an instance without a TTL. */
  private static final Duration REPEAT = Duration.ofSeconds(10);

  private static final ScheduledExecutorService TIMER =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "flotilla-registrations");
            thread.setDaemon(true);
            return thread;
          });

  /** Called about renewals, on one of the client's threads; must not block. */
  public interface Listener {
    /**
     * Flotilla no longer knew the instance; it is registered again. Called for instances with a TTL
     * check only.
     */
    default void registeredAgain() {}

    /**
     * A renewal failed. It is repeated a third of the TTL later, without a TTL 10 s later.
     *
     * @param reason what it failed with
     */
    default void notRenewed(FlotillaException reason) {}

    /** {@return a listener that ignores everything} */
    static Listener none() {
      return new Listener() {};
    }
  }

  private final Services services;
  private final ServiceDefinition service;
  private final Listener listener;
  private final ScheduledFuture<?> timer;
  private volatile CompletableFuture<Void> renewal = CompletableFuture.completedFuture(null);
  private volatile boolean closed;

  static Registration open(Services services, ServiceDefinition service, Listener listener) {
    Check check = service.check();
    ServiceDefinition alive =
        check != null && check.isTtl() ? service.check(check.initially(Status.PASSING)) : service;
    Flotilla.await(services.register(alive));
    return new Registration(services, alive, listener);
  }

  private Registration(Services services, ServiceDefinition service, Listener listener) {
    this.services = services;
    this.service = service;
    this.listener = listener;
    long every = hasTtl() ? service.check().every().toMillis() / 3 : REPEAT.toMillis();
    this.timer = TIMER.scheduleWithFixedDelay(this::renew, every, every, TimeUnit.MILLISECONDS);
  }

  /** {@return what is registered; a TTL check is passing initially} */
  public ServiceDefinition service() {
    return service;
  }

  private boolean hasTtl() {
    return service.check() != null && service.check().isTtl();
  }

  /** Runs one renewal at a time: it may take longer than the time to the next. */
  private synchronized void renew() {
    if (closed || !renewal.isDone()) {
      return;
    }
    renewal =
        hasTtl()
            ? services.pass(service.checkId(), null).thenCompose(this::registerUnless)
            : services.register(service);
    renewal.whenComplete(
        (done, failure) -> {
          if (failure != null && !closed) {
            listener.notRenewed(FlotillaException.of(failure));
          }
        });
  }

  private CompletableFuture<Void> registerUnless(boolean known) {
    return known || closed
        ? CompletableFuture.completedFuture(null)
        : services.register(service).thenRun(listener::registeredAgain);
  }

  /**
   * Removes the instance, and waits until Flotilla has done so.
   *
   * @throws FlotillaException if that can't be confirmed; the instance may then stay, and turns
   *     critical if it has a TTL check
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      timer.cancel(false);
    }
    // A renewal under way might otherwise register it once more.
    renewal.handle((done, failure) -> null).join();
    Flotilla.await(services.deregister(service.id()));
  }
}

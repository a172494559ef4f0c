package io.flotilla.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A service instance that is kept registered until it is closed, through any of the client's
 * addresses: a TTL check is passed every third of its TTL, and an instance that Flotilla does not
 * know any more is registered again.
 */
public final class Registration implements AutoCloseable {
  /**
   * An instance without a TTL is registered again so often; that changes nothing if it is there.
   */
  private static final Duration REPEAT = Duration.ofSeconds(10);

  private static final ScheduledExecutorService TIMER =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "flotilla-registrations");
            thread.setDaemon(true);
            return thread;
          });

  /** Called on one of the client's threads; must not block. */
  public interface Listener {
    /** Flotilla did not know the instance any more; it is registered again. */
    default void registeredAgain() {}

    /** It is tried again, a third of the TTL later. */
    default void notRenewed(FlotillaException reason) {}

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

  public ServiceDefinition service() {
    return service;
  }

  private boolean hasTtl() {
    return service.check() != null && service.check().isTtl();
  }

  /** One at a time: a renewal may take longer than the time to the next. */
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

  /** Removes the instance, and waits until Flotilla has done so. */
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

package io.flotilla.akka;

import akka.actor.ExtendedActorSystem;
import akka.coordination.lease.LeaseSettings;
import akka.coordination.lease.LeaseTimeoutException;
import akka.coordination.lease.javadsl.Lease;
import akka.dispatch.Dispatchers;
import io.flotilla.client.Lock;
import io.flotilla.client.Recipes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A lease that is a {@link Lock}: for the split brain resolver's {@code lease-majority}, and for
 * singletons and shards.
 *
 * <p>The owner loses it when its session ends, or when it couldn't renew that for {@code
 * heartbeat-timeout}: before another can have it, unless the process was paused. Against that, only
 * the fencing token helps ({@link FlotillaClient#fencingToken}). Acquiring doesn't wait for another
 * owner. A process that comes back under its name has to wait until its former session has ended.
 */
public final class FlotillaLease extends Lease {
  private final LeaseSettings settings;
  private final FlotillaClient client;
  private final Recipes recipes;
  private final Executor blocking;
  private final Duration patience;

  /** One operation after another. Guarded by this. */
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

  private volatile Lock lock;

  /** Of the latest that acquired it. */
  private volatile Consumer<Optional<Throwable>> whenLost;

  /** Instantiated by Akka, by name. */
  public FlotillaLease(LeaseSettings settings, ExtendedActorSystem system) {
    this.settings = settings;
    this.client = FlotillaClient.get(system);
    String namespace = settings.leaseConfig().getString("namespace");
    this.recipes =
        client
            .flotilla()
            .recipes(
                namespace.isEmpty() ? null : namespace,
                settings.timeoutSettings().getHeartbeatTimeout());
    this.blocking = system.dispatchers().lookup(Dispatchers.DefaultBlockingDispatcherId());
    this.patience = settings.timeoutSettings().getOperationTimeout();
  }

  @Override
  public LeaseSettings getSettings() {
    return settings;
  }

  @Override
  public CompletionStage<Boolean> acquire() {
    return acquire(lost -> {});
  }

  @Override
  public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> lost) {
    return inTurn("acquire", result -> take(result, lost));
  }

  /** Not beyond the caller's time: who was told that it failed must not hold it. */
  private boolean take(CompletableFuture<Boolean> result, Consumer<Optional<Throwable>> lost) {
    if (checkLease()) {
      whenLost = lost;
      return true;
    }
    if (result.isDone()) {
      return false;
    }
    drop();
    Lock next = recipes.lock("akka-lease/" + settings.leaseName());
    try {
      if (next.tryAcquire(Duration.ZERO).isEmpty()) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    whenLost = lost;
    lock = next;
    client.holds(settings.leaseName(), next);
    if (!result.complete(true)) {
      drop();
      return false;
    }
    next.onLost(() -> whenLost.accept(Optional.empty()));
    return true;
  }

  @Override
  public CompletionStage<Boolean> release() {
    return inTurn(
        "release",
        result -> {
          drop();
          return true;
        });
  }

  private void drop() {
    Lock old = lock;
    lock = null;
    if (old != null) {
      client.holdsNoLonger(settings.leaseName(), old);
      old.close();
    }
  }

  /**
   * @param operation may complete its result before it returns
   */
  private synchronized CompletionStage<Boolean> inTurn(
      String what, Function<CompletableFuture<Boolean>, Boolean> operation) {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    last =
        last.handle((done, failure) -> result)
            .thenAcceptAsync(own -> own.complete(operation.apply(own)), blocking)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    result.completeExceptionally(failure.getCause());
                  }
                });
    CompletableFuture.delayedExecutor(patience.toNanos(), TimeUnit.NANOSECONDS, blocking)
        .execute(
            () ->
                result.completeExceptionally(
                    new LeaseTimeoutException(
                        what + " of " + settings.leaseName() + " took longer than " + patience)));
    return result;
  }

  @Override
  public boolean checkLease() {
    Lock now = lock;
    return now != null && now.isHeld();
  }
}

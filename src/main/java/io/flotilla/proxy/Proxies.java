package io.flotilla.proxy;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import io.flotilla.async.Futures;
import io.flotilla.proxy.ProxySettings.Limits;
import io.flotilla.proxy.ProxySettings.Listener;
import io.flotilla.reach.Targets;
import io.flotilla.registry.balance.Balancer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** The TCP proxies of one process. They shut down cleanly with its actor system. */
public final class Proxies {
  private final List<TcpProxy> proxies;

  private Proxies(List<TcpProxy> proxies) {
    this.proxies = proxies;
  }

  /**
   * Completes when all listen. If one can't, fails with an {@link IllegalStateException} that names
   * the address.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  public static CompletionStage<Proxies> start(
      ActorSystem<?> system, ProxySettings settings, Balancer balancer, LongSupplier nanoTime) {
    Targets targets = Targets.in(settings.targets()); // who sets one up may lead it to the cluster
    Limits limits = settings.limits();
    Connector connector =
        new Connector(system, balancer, targets, limits.connectTimeout(), nanoTime);
    List<CompletableFuture<TcpProxy>> starting =
        settings.listeners().stream()
            .map(
                listener ->
                    TcpProxy.start(system, connector, listener, limits)
                        .exceptionally(failure -> cannotListen(listener, failure))
                        .toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(starting.toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              Proxies proxies =
                  new Proxies(starting.stream().map(CompletableFuture::join).toList());
              proxies.endWith(system, settings.limits().drain());
              return proxies;
            });
  }

  private static TcpProxy cannotListen(Listener listener, Throwable failure) {
    Throwable cause = Futures.unwrap(failure);
    throw new IllegalStateException(
        "The proxy of "
            + listener.service()
            + " can't listen on "
            + listener.address()
            + ": "
            + (cause.getCause() == null ? cause : cause.getCause()).getMessage(),
        cause);
  }

  private void endWith(ActorSystem<?> system, Duration drain) {
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
    CompletableFuture<Done> drained = new CompletableFuture<>();
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceUnbind(),
        "proxies-unbind",
        () -> {
          all(TcpProxy::drain).thenAccept(drained::complete);
          return CompletableFuture.completedFuture(Done.getInstance());
        });
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceRequestsDone(),
        "proxies-drain",
        () ->
            drained
                .completeOnTimeout(Done.getInstance(), drain.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> proxies.forEach(TcpProxy::abort)));
  }

  private CompletionStage<Done> all(Function<TcpProxy, CompletionStage<Done>> task) {
    return CompletableFuture.allOf(
            proxies.stream()
                .map(task)
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture[]::new))
        .thenApply(done -> Done.getInstance());
  }

  public List<TcpProxy> list() {
    return proxies;
  }
}

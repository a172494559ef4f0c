package io.flotilla.proxy;

import akka.Done;
import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.io.Inet;
import akka.io.TcpSO;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Tcp;
import akka.util.ByteString;
import io.flotilla.async.Futures;
import io.flotilla.reach.Targets;
import io.flotilla.registry.balance.Balancer;
import io.flotilla.registry.balance.Balancer.Picked;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Policy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Connects to an instance of a service, and to another if that one does not accept the connection;
 * by then nothing has been sent.
 */
public final class Connector {
  /** How long it tries. Akka ends an accepted connection that is not read after 10 s. */
  static final Duration PATIENCE = Duration.ofSeconds(8);

  static final List<Inet.SocketOption> NO_DELAY = List.of(TcpSO.tcpNoDelay(true));

  private final ActorSystem<?> system;
  private final Balancer balancer;
  private final Targets targets;
  private final Executor blocking;
  private final Duration connectTimeout;
  private final LongSupplier nanoTime;

  /**
   * @param targets where instances may be
   * @param nanoTime as {@link System#nanoTime}
   */
  public Connector(
      ActorSystem<?> system,
      Balancer balancer,
      Targets targets,
      Duration connectTimeout,
      LongSupplier nanoTime) {
    this.system = system;
    this.balancer = balancer;
    this.targets = targets;
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
    this.connectTimeout = connectTimeout;
    this.nanoTime = nanoTime;
  }

  /**
   * An open connection. It counts as one of the instance's until both directions of the flow have
   * ended; so the flow must be run.
   *
   * @param flow takes what is sent and emits what is received; can be run once
   * @param ended completes when both directions have ended, whether cleanly or not
   */
  public record Connection(
      Instance instance, Flow<ByteString, ByteString, NotUsed> flow, CompletionStage<Done> ended) {}

  /**
   * @param policy null for the table's
   * @param key for consistent hashing
   * @return fails with {@link NoInstanceException}
   */
  public CompletionStage<Connection> connect(
      String namespace, String service, Policy policy, String key) {
    return new Attempt(namespace, service, policy, key).next();
  }

  private final class Attempt {
    private final String namespace;
    private final String service;
    private final Policy policy;
    private final String key;
    private final Set<String> tried = new HashSet<>();
    private String why = "";
    private final long endsAtNanos = nanoTime.getAsLong() + PATIENCE.toNanos();

    Attempt(String namespace, String service, Policy policy, String key) {
      this.namespace = namespace;
      this.service = service;
      this.policy = policy;
      this.key = key;
    }

    CompletionStage<Connection> next() {
      boolean late = endsAtNanos - nanoTime.getAsLong() < connectTimeout.toNanos();
      Optional<Picked> picked =
          late && !tried.isEmpty()
              ? Optional.empty()
              : balancer.pick(namespace, service, policy, key, tried);
      return picked.map(this::connect).orElseGet(() -> CompletableFuture.failedFuture(nobody()));
    }

    private NoInstanceException nobody() {
      if (!tried.isEmpty()) {
        return NoInstanceException.unreachable(service, tried.size(), why);
      }
      return balancer.table().upstream(namespace, service).isPresent()
          ? NoInstanceException.empty(service)
          : NoInstanceException.unknown(service);
    }

    private CompletionStage<Connection> connect(Picked picked) {
      return address(picked.instance())
          .thenCompose(address -> opened(picked, address))
          .handle(
              (open, failure) -> {
                if (failure == null) {
                  picked.connected();
                  return CompletableFuture.completedFuture(open);
                }
                picked.refused();
                if (Futures.unwrap(failure) instanceof Targets.RefusedException refused) {
                  why = refused.getMessage();
                }
                tried.add(picked.instance().endpoint());
                return next();
              })
          .thenCompose(connection -> connection);
    }
  }

  private CompletionStage<Connection> opened(Picked picked, InetSocketAddress address) {
    var attempt =
        Tcp.get(system)
            .outgoingConnection(
                address,
                Optional.empty(),
                NO_DELAY,
                true,
                Optional.of(connectTimeout),
                Optional.empty())
            .preMaterialize(system);
    return attempt
        .first()
        .thenApply(open -> connection(picked.instance(), attempt.second(), picked));
  }

  /** Only a name may take time to be looked up. */
  private CompletionStage<InetSocketAddress> address(Instance instance) {
    Supplier<InetSocketAddress> found = () -> targets.of(instance.address(), instance.port());
    return CompletableFuture.supplyAsync(
            found, Targets.isAddress(instance.address()) ? Runnable::run : blocking)
        .orTimeout(connectTimeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Connection connection(
      Instance instance, Flow<ByteString, ByteString, NotUsed> flow, Picked picked) {
    CompletableFuture<Done> ended = new CompletableFuture<>();
    return new Connection(
        instance,
        bothEnded(
            flow,
            () -> {
              picked.close();
              ended.complete(Done.getInstance());
            }),
        ended);
  }

  /** Runs the task when both directions of the flow have ended, whether cleanly or not. */
  static Flow<ByteString, ByteString, NotUsed> bothEnded(
      Flow<ByteString, ByteString, NotUsed> flow, Runnable task) {
    CompletableFuture<Void> up = new CompletableFuture<>();
    CompletableFuture<Void> down = new CompletableFuture<>();
    up.thenRun(() -> down.thenRun(task));
    return ended(up).via(flow).via(ended(down));
  }

  private static Flow<ByteString, ByteString, NotUsed> ended(CompletableFuture<Void> future) {
    return Flow.<ByteString>create()
        .watchTermination(
            (mat, done) -> {
              done.whenComplete((ok, failure) -> future.complete(null));
              return mat;
            });
  }
}

package io.flotilla.proxy;

import akka.Done;
import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.stream.KillSwitches;
import akka.stream.SharedKillSwitch;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Tcp;
import akka.stream.javadsl.Tcp.IncomingConnection;
import akka.stream.javadsl.Tcp.ServerBinding;
import akka.util.ByteString;
import io.flotilla.async.Futures;
import io.flotilla.proxy.ProxySettings.Limits;
import io.flotilla.proxy.ProxySettings.Listener;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on an address and forwards each connection to an instance of one service. Bytes flow both
 * ways as fast as the slower side reads; the end of one direction is passed on while the other
 * stays open.
 */
public final class TcpProxy {
  private static final Logger LOG = LoggerFactory.getLogger(TcpProxy.class);

  /** Connections that the kernel queues while the allowed number is open. */
  private static final int BACKLOG = 1024;

  private final ActorSystem<?> system;
  private final Listener listener;
  private final Connector connector;
  private final SharedKillSwitch killSwitch = KillSwitches.shared("proxy");
  private final LongAdder accepted = new LongAdder();
  private final LongAdder unserved = new LongAdder();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicBoolean serves = new AtomicBoolean(true);
  private final CompletionStage<ServerBinding> binding;
  private final CompletionStage<Done> ended;

  /** Completes once it listens; fails with {@code BindFailedException} if the port is taken. */
  public static CompletionStage<TcpProxy> start(
      ActorSystem<?> system, Connector connector, Listener listener, Limits limits) {
    TcpProxy proxy = new TcpProxy(system, connector, listener, limits);
    return proxy.binding.thenApply(bound -> proxy);
  }

  private TcpProxy(ActorSystem<?> system, Connector connector, Listener listener, Limits limits) {
    this.system = system;
    this.listener = listener;
    this.connector = connector;
    var running =
        Tcp.get(system)
            .bind(
                listener.host(),
                listener.port(),
                BACKLOG,
                Connector.NO_DELAY,
                true,
                Optional.of(limits.idleTimeout()))
            .mapAsyncUnordered(limits.maxConnections(), this::serve)
            .toMat(Sink.ignore(), Keep.both())
            .run(system);
    this.binding = running.first();
    this.ended = running.second();
  }

  /** Never fails, as one connection must not end the others. */
  private CompletionStage<Done> serve(IncomingConnection client) {
    accepted.increment();
    open.incrementAndGet();
    CompletableFuture<Done> done = new CompletableFuture<>();
    connector
        .connect(
            listener.namespace(),
            listener.service(),
            listener.policy(),
            client.remoteAddress().getAddress().getHostAddress())
        .handle((connection, failure) -> failure == null ? served(connection) : refused(failure))
        .thenAccept(
            flow ->
                client.handleWith(
                    Connector.bothEnded(
                        flow.via(killSwitch.flow()), () -> done.complete(Done.getInstance())),
                    system))
        .exceptionally(
            failure -> {
              LOG.error("A connection to {} could not be served", listener.service(), failure);
              done.complete(Done.getInstance());
              return null;
            });
    return done.whenComplete((ok, failure) -> open.decrementAndGet());
  }

  private Flow<ByteString, ByteString, NotUsed> served(Connector.Connection connection) {
    if (serves.compareAndSet(false, true)) {
      LOG.info("{}: {} is served again", listener.address(), listener.service());
    }
    return connection.flow();
  }

  /** Logged once until it is served again: clients may try many times a second. */
  private Flow<ByteString, ByteString, NotUsed> refused(Throwable failure) {
    Throwable cause = Futures.unwrap(failure);
    if (!(cause instanceof NoInstanceException reason)) {
      throw new CompletionException(cause);
    }
    unserved.increment();
    if (serves.compareAndSet(true, false)) {
      LOG.warn("{}: {} Connections are refused.", listener.address(), reason.getMessage());
    }
    return Unserved.because(reason);
  }

  /** The address it listens on. */
  public InetSocketAddress address() {
    return binding.toCompletableFuture().join().localAddress();
  }

  public Listener listener() {
    return listener;
  }

  /**
   * @param open connections open now
   * @param accepted connections since the start
   * @param unserved those of them that no instance accepted
   */
  public record Counts(int open, long accepted, long unserved) {}

  public Counts counts() {
    return new Counts(open.get(), accepted.sum(), unserved.sum());
  }

  /** Accepts no more connections; completes when the open ones have ended. */
  public CompletionStage<Done> drain() {
    return binding.thenCompose(ServerBinding::unbind).thenCompose(unbound -> ended);
  }

  /** Resets the connections that are still open. */
  public void abort() {
    killSwitch.abort(new IllegalStateException("The proxy ends."));
  }
}

package io.flotilla.http;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.flotilla.memory.Budgets;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/**
 * Accepts connections and speaks HTTP on each. A few event loops serve them all: a request is
 * parsed and given to the routes on its connection's loop, and its answer is written there. Nothing
 * may block them.
 */
final class HttpPort {
  /** What the names of their threads begin with. */
  static final String LOOP = "http-loop";

  static final int MAX_LOOPS = 2;

  /**
   * Connections that the kernel queues until they are accepted; beyond, clients try again in 1 s.
   */
  private static final int BACKLOG = 4096;

  /** First guess of how much comes at once. */
  private static final int FEW_BYTES = 2048;

  private static final Duration END_PATIENCE = Duration.ofSeconds(3);

  /** Longer than busy clients pause between two requests. */
  private static final Duration FAREWELL = Duration.ofMillis(300);

  /**
   * What all connections of a node share.
   *
   * @param idle how long a connection may be idle
   * @param bodyTimeout within which a body must arrive
   * @param clients what each client may have
   * @param who sends a request from an address
   * @param open all connections of the node
   * @param pace at which clients must send, and read their answers
   */
  record Limits(
      Duration idle,
      Duration bodyTimeout,
      ClientLimits clients,
      BiFunction<HttpRequest, String, Client.Identity> who,
      Connections open,
      Budgets budgets,
      Pace pace) {}

  /**
   * How requests are answered.
   *
   * @param answer to a request; returns a failure, and throws none
   * @param tls one engine for each connection; empty: plain HTTP
   */
  record Service(
      ActorSystem<?> system,
      Function<HttpRequest, CompletionStage<HttpResponse>> answer,
      AnswerHead heads,
      Optional<Supplier<SSLEngine>> tls) {}

  private final EventLoopGroup loops;
  private final Channel port;
  private final Connections connections;

  private HttpPort(EventLoopGroup loops, Channel port, Connections connections) {
    this.loops = loops;
    this.port = port;
    this.connections = connections;
  }

  /** New ones; their threads start when there is something to do. */
  static EventLoopGroup loops() {
    return new MultiThreadIoEventLoopGroup(
        Math.min(MAX_LOOPS, Runtime.getRuntime().availableProcessors()),
        new DefaultThreadFactory(LOOP, true),
        NioIoHandler.newFactory());
  }

  static CompletionStage<HttpPort> bind(
      EventLoopGroup loops, InetSocketAddress address, Limits limits, Service service) {
    ServerBootstrap server =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    connect(channel, limits, service);
                  }
                });
    CompletableFuture<HttpPort> bound = new CompletableFuture<>();
    ChannelFuture binding = server.bind(address);
    binding.addListener(
        done -> {
          if (done.isSuccess()) {
            bound.complete(new HttpPort(loops, binding.channel(), limits.open()));
          } else {
            end(loops);
            bound.completeExceptionally(
                new IllegalStateException(
                    "HTTP can't be served on "
                        + address.getHostString()
                        + ":"
                        + address.getPort()
                        + ": "
                        + done.cause().getMessage()));
          }
        });
    return bound;
  }

  /** {@link Line} says when to read. */
  private static void connect(SocketChannel channel, Limits limits, Service service) {
    channel
        .config()
        .setAllocator(Buffers.HEAP)
        .setRecvByteBufAllocator(
            new AdaptiveRecvByteBufAllocator(512, FEW_BYTES, Line.READ_BYTES).maxMessagesPerRead(1))
        .setWriteBufferWaterMark(new WriteBufferWaterMark(Line.READ_BYTES / 2, Line.READ_BYTES))
        .setAutoRead(false);
    UnderWay underWay = new UnderWay(channel, limits, service);
    Intake intake = underWay.intake();
    service.tls().ifPresent(engines -> channel.pipeline().addLast(new TlsGate(engines)));
    channel.pipeline().addLast(intake.line(), new RequestDecoder(intake.line()), intake, underWay);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) port.localAddress();
  }

  /** When the node shuts down, pending requests are answered before connections are closed. */
  HttpPort endsWith(ActorSystem<?> system) {
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
    shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "http-unbind", this::unbind);
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceRequestsDone(),
        "http-end",
        () -> connections.end(FAREWELL, END_PATIENCE));
    system.getWhenTerminated().thenRun(() -> end(loops));
    return this;
  }

  private CompletionStage<Done> unbind() {
    CompletableFuture<Done> unbound = new CompletableFuture<>();
    port.close().addListener(done -> unbound.complete(Done.getInstance()));
    return unbound;
  }

  private static void end(EventLoopGroup loops) {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}

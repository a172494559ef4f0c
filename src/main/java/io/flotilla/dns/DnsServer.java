package io.flotilla.dns;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import io.flotilla.acl.Grant;
import io.flotilla.registry.balance.Table;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Serves DNS on one port, by UDP and TCP. It has an event loop of its own: however much is asked
 * here, it takes one processor at most, and HTTP waits for none of it.
 */
public final class DnsServer {
  /** In the name of the thread. */
  public static final String LOOP = "dns-loop";

  /** More than a question has; the rest of a larger datagram is cut off. */
  private static final int DATAGRAM_BYTES = 4096;

  /** What the kernel keeps until it is read: a burst of some thousand questions. */
  private static final int RECEIVE_BUFFER = 1 << 20;

  /** Buffers are collected like anything else. */
  private static final ByteBufAllocator HEAP = new UnpooledByteBufAllocator(false, true);

  private final DnsSettings settings;
  private final Responder responder;
  private final DnsConnections connections;
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory(LOOP, true), NioIoHandler.newFactory());

  /**
   * @param self name of this node
   * @param table that this node balances by
   * @param grant what whoever asks may read; empty: everything
   */
  public DnsServer(
      DnsSettings settings,
      String self,
      Supplier<Table> table,
      Supplier<Optional<Grant>> grant,
      MeterRegistry metrics) {
    this.settings = settings;
    Zone zone = new Zone(settings.zone(self), table, grant, new SplittableRandom());
    this.responder = new Responder(zone, metrics);
    this.connections = new DnsConnections(settings, responder);
    Gauge.builder("flotilla_dns_connections", connections, DnsConnections::open)
        .description("Open TCP connections to the DNS port")
        .strongReference(true)
        .register(metrics);
  }

  /** The thread that serves all. */
  public Executor loop() {
    return loop.next();
  }

  /** Completes with the address it listens on. */
  public CompletionStage<InetSocketAddress> bind(ActorSystem<?> system) {
    return bound(tcp(settings.host(), settings.port()))
        .thenCompose(
            tcp -> {
              InetSocketAddress address = (InetSocketAddress) tcp.localAddress();
              endWith(system, "dns-tcp", tcp);
              return bound(udp(settings.host(), address.getPort()))
                  .thenApply(
                      udp -> {
                        endWith(system, "dns-udp", udp);
                        return address;
                      });
            })
        .whenComplete(
            (address, failure) -> {
              if (failure != null) {
                end();
              }
              system.getWhenTerminated().thenRun(this::end);
            });
  }

  private ChannelFuture tcp(String host, int port) {
    return new ServerBootstrap()
        .group(loop)
        .channel(NioServerSocketChannel.class)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.ALLOCATOR, HEAP)
        .childOption(ChannelOption.AUTO_READ, false) // a question at a time
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                connections.accept(channel);
              }
            })
        .bind(new InetSocketAddress(host, port));
  }

  private ChannelFuture udp(String host, int port) {
    return new Bootstrap()
        .group(loop)
        .channel(NioDatagramChannel.class)
        .option(ChannelOption.ALLOCATOR, HEAP)
        .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAM_BYTES))
        .handler(new Datagrams(responder))
        .bind(new InetSocketAddress(host, port));
  }

  private CompletionStage<Channel> bound(ChannelFuture binding) {
    CompletableFuture<Channel> bound = new CompletableFuture<>();
    binding.addListener(
        done -> {
          if (done.isSuccess()) {
            bound.complete(binding.channel());
          } else {
            bound.completeExceptionally(
                new IllegalStateException(
                    "DNS can't be served on "
                        + settings.host()
                        + ":"
                        + settings.port()
                        + ": "
                        + done.cause().getMessage()));
          }
        });
    return bound;
  }

  private static void endWith(ActorSystem<?> system, String name, Channel channel) {
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseServiceUnbind(),
            name,
            () -> {
              CompletableFuture<Done> closed = new CompletableFuture<>();
              channel.close().addListener(done -> closed.complete(Done.getInstance()));
              return closed;
            });
  }

  private void end() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}

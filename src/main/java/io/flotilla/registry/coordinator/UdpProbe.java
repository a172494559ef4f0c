package io.flotilla.registry.coordinator;

import io.flotilla.reach.Targets;
import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.CheckKind;
import io.flotilla.registry.Status;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Sends a datagram. Succeeds unless it is rejected, as Consul's: few services that take datagrams
 * answer one that says nothing, but where there is no service, its machine says so.
 */
final class UdpProbe implements Probe {
  /** A rejection comes as soon as it can, so nobody waits for longer. */
  private static final long MOST_MILLIS = 1_000;

  /** Consul's are empty; Java sends none of these. */
  private static final byte[] DATAGRAM = {0};

  private final Targets targets;
  private final Executor blocking;
  private final Bootstrap sockets;

  /**
   * @param blocking looks up host names
   */
  UdpProbe(Targets targets, Executor blocking, EventLoopGroup loops) {
    this.targets = targets;
    this.blocking = blocking;
    this.sockets = new Bootstrap().group(loops).channel(NioDatagramChannel.class);
  }

  @Override
  public CompletionStage<Outcome> ask(CheckDefinition definition) {
    String target = ((CheckKind.Udp) definition.kind()).target();
    String what = "UDP connect " + target;
    long most = Math.min(definition.timeoutMillis(), MOST_MILLIS);
    return CompletableFuture.supplyAsync(() -> TcpProbe.address(targets, target), blocking)
        .thenCompose(address -> unrejected(address, most))
        .handle(
            (done, failure) ->
                failure == null
                    ? new Outcome(Status.PASSING, what + ": Success")
                    : Outcome.failed(what, failure));
  }

  private CompletableFuture<Void> unrejected(InetSocketAddress address, long millis) {
    CompletableFuture<Void> answered = new CompletableFuture<>();
    ChannelFuture socket = sockets.clone().handler(new Answer(answered)).connect(address);
    socket.addListener(
        done -> {
          if (done.isSuccess()) {
            socket.channel().writeAndFlush(Unpooled.wrappedBuffer(DATAGRAM));
          } else {
            answered.completeExceptionally(done.cause());
          }
        });
    return answered
        .completeOnTimeout(null, millis, TimeUnit.MILLISECONDS)
        .whenComplete((done, failure) -> socket.channel().close());
  }

  private static final class Answer extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<Void> answered;

    Answer(CompletableFuture<Void> answered) {
      this.answered = answered;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object datagram) {
      ReferenceCountUtil.release(datagram);
      answered.complete(null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      answered.completeExceptionally(cause);
    }
  }
}

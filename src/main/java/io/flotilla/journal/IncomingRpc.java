package io.flotilla.journal;

import io.flotilla.tls.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.thirdparty.io.netty.bootstrap.ServerBootstrap;
import org.apache.ratis.thirdparty.io.netty.channel.Channel;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelFuture;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelHandlerContext;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelInitializer;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelPipeline;
import org.apache.ratis.thirdparty.io.netty.channel.EventLoopGroup;
import org.apache.ratis.thirdparty.io.netty.channel.SimpleChannelInboundHandler;
import org.apache.ratis.thirdparty.io.netty.handler.codec.DecoderException;
import org.apache.ratis.thirdparty.io.netty.handler.codec.protobuf.ProtobufDecoder;
import org.apache.ratis.thirdparty.io.netty.handler.codec.protobuf.ProtobufEncoder;
import org.apache.ratis.thirdparty.io.netty.handler.codec.protobuf.ProtobufVarint32LengthFieldPrepender;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslHandler;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.apache.ratis.util.NettyUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port where the other members' Raft servers ask, in the form of Ratis's Netty transport. The
 * questions of a connection are answered one after another, in their order; not many of them wait
 * here. What can't be read, or is longer than what members send, ends its connection.
 */
final class IncomingRpc {
  private static final Logger LOGGER = LoggerFactory.getLogger(IncomingRpc.class);

  private static final int MOST_WAITING = 16;

  private final InetSocketAddress configured;
  private final Doorway doorway;
  private final PeerQuestions questions;
  private final ExecutorService blocking;

  /** Apart from the others, which may be waiting for the server while this is to be closed. */
  private final EventLoopGroup accepting;

  private final EventLoopGroup loops;
  private volatile Channel port;

  /**
   * @param address to listen at
   * @param blocking what the questions use; it ends with this
   */
  IncomingRpc(
      InetSocketAddress address,
      Doorway doorway,
      PeerQuestions questions,
      ExecutorService blocking) {
    this.configured = address;
    this.doorway = doorway;
    this.questions = questions;
    this.blocking = blocking;
    this.accepting = NettyUtils.newEventLoopGroup("flotilla-raft-accept", 1, true);
    this.loops = NettyUtils.newEventLoopGroup("flotilla-raft-in", 0, true);
  }

  void start() throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(accepting, loops)
            .channel(NettyUtils.getServerChannelClass(accepting))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel opened) {
                    ChannelPipeline pipeline = opened.pipeline();
                    doorway.receive(opened);
                    pipeline.addLast(new Frames());
                    pipeline.addLast(
                        new ProtobufDecoder(RaftNettyServerRequestProto.getDefaultInstance()));
                    pipeline.addLast(new ProtobufVarint32LengthFieldPrepender());
                    pipeline.addLast(new ProtobufEncoder());
                    pipeline.addLast(new Connection());
                  }
                })
            .bind(configured)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("Can't listen at " + configured, bound.cause());
    }
    port = bound.channel();
  }

  InetSocketAddress address() {
    Channel bound = port;
    return bound == null ? configured : (InetSocketAddress) bound.localAddress();
  }

  /** Waits until nothing is asked any more, for a limited time. */
  void close() {
    if (port != null) {
      port.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
    accepting.shutdownGracefully(0, 100, TimeUnit.MILLISECONDS);
    loops.shutdownGracefully(0, 100, TimeUnit.MILLISECONDS);
    loops.terminationFuture().awaitUninterruptibly(1, TimeUnit.SECONDS);
    blocking.shutdown();
  }

  private final class Connection extends SimpleChannelInboundHandler<RaftNettyServerRequestProto> {
    private final Queue<RaftNettyServerRequestProto> waiting = new ArrayDeque<>();
    private boolean busy;

    /** The node that it is from, as its certificate says; null: whichever the questions name. */
    private String peer;

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
      if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
        peer = Tls.peer(context.pipeline().get(SslHandler.class).engine().getSession());
        doorway.known(context.channel());
      }
      context.fireUserEventTriggered(event);
    }

    @Override
    protected void channelRead0(
        ChannelHandlerContext context, RaftNettyServerRequestProto question) {
      doorway.known(context.channel());
      waiting.add(question);
      context.channel().config().setAutoRead(waiting.size() < MOST_WAITING);
      next(context);
    }

    private void next(ChannelHandlerContext context) {
      if (busy || waiting.isEmpty()) {
        return;
      }
      busy = true;
      questions
          .answer(waiting.remove(), peer)
          .whenComplete(
              (answer, failure) -> {
                if (context.executor().inEventLoop()) {
                  answered(context, answer, failure);
                } else {
                  context.executor().execute(() -> answered(context, answer, failure));
                }
              });
    }

    private void answered(
        ChannelHandlerContext context, RaftNettyServerReplyProto answer, Throwable failure) {
      busy = false;
      if (failure != null) {
        exceptionCaught(context, failure);
        return;
      }
      context.writeAndFlush(answer);
      context.channel().config().setAutoRead(waiting.size() < MOST_WAITING);
      next(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (context.channel().isActive()) {
        Throwable why =
            cause instanceof DecoderException && cause.getCause() != null
                ? cause.getCause()
                : cause;
        LOGGER.info(
            "The connection of {} ends: {}", context.channel().remoteAddress(), why.toString());
      }
      waiting.clear();
      context.close();
    }
  }
}

package io.flotilla.registry.coordinator;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;

/** Whether a server answers a ping of HTTP/2. */
final class Http2Ping extends ChannelInboundHandlerAdapter {
  private final CompletableFuture<Void> answer;

  private Http2Ping(CompletableFuture<Void> answer) {
    this.answer = answer;
  }

  static void ask(Channel connection, CompletableFuture<Void> answer) {
    connection.pipeline().addLast(new Http2Ping(answer));
    connection.writeAndFlush(new DefaultHttp2PingFrame(connection.hashCode()));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object frame) {
    if (frame instanceof Http2PingFrame ping && ping.ack()) {
      answer.complete(null);
    }
    ReferenceCountUtil.release(frame);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    answer.completeExceptionally(cause);
  }
}

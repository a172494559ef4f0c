package io.flotilla.registry.coordinator;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.CompletableFuture;

/** Why a connection failed is the answer, and nothing to complain about in the log. */
final class LastWord extends ChannelInboundHandlerAdapter {
  private final CompletableFuture<Void> answer;

  LastWord(CompletableFuture<Void> answer) {
    this.answer = answer;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    answer.completeExceptionally(cause);
  }
}

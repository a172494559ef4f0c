package io.flotilla.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Connections, on each of which one question after another is answered: the next one is read when
 * the answer to the last has left. All are served by one thread.
 */
final class DnsConnections {
  /** Of a question; more is nonsense. */
  private static final int MAX_QUESTION = 4096;

  private static final int LENGTH_BYTES = 2;

  private final DnsSettings settings;
  private final Responder responder;
  private volatile int open;

  DnsConnections(DnsSettings settings, Responder responder) {
    this.settings = settings;
    this.responder = responder;
  }

  int open() {
    return open;
  }

  /** One more than there may be is closed. */
  void accept(SocketChannel channel) {
    if (open >= settings.maxConnections()) {
      channel.close();
      return;
    }
    change(1);
    channel.closeFuture().addListener(closed -> change(-1));
    channel
        .pipeline()
        .addLast(
            new LengthFieldBasedFrameDecoder(MAX_QUESTION, 0, LENGTH_BYTES, 0, LENGTH_BYTES),
            // Sees whole questions: who sends a byte now and then is idle.
            new IdleStateHandler(0, 0, settings.idleTimeout().toMillis(), TimeUnit.MILLISECONDS),
            new Conversation());
  }

  /** Only in the loop's thread. */
  private void change(int by) {
    open += by;
  }

  private final class Conversation extends SimpleChannelInboundHandler<ByteBuf> {
    /** What came with the question that is being answered; until it is empty, no more is read. */
    private final Queue<byte[]> waiting = new ArrayDeque<>();

    private boolean answering;

    @Override
    public void channelActive(ChannelHandlerContext context) {
      context.read();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf question) {
      waiting.add(ByteBufUtil.getBytes(question));
      if (!answering) {
        next(context);
      }
    }

    private void next(ChannelHandlerContext context) {
      byte[] question = waiting.poll();
      answering = question != null;
      if (answering) {
        answer(context, question);
      } else {
        context.read();
      }
    }

    private void answer(ChannelHandlerContext context, byte[] question) {
      byte[] answer = responder.overTcp(question);
      if (answer == null) {
        context.close();
        return;
      }
      ByteBuf length = context.alloc().buffer(LENGTH_BYTES).writeShort(answer.length);
      context
          .writeAndFlush(Unpooled.wrappedBuffer(length, Unpooled.wrappedBuffer(answer)))
          .addListener(
              sent -> {
                if (sent.isSuccess()) {
                  next(context);
                } else {
                  context.close();
                }
              });
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof IdleStateEvent) {
        context.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
      context.close();
    }
  }
}

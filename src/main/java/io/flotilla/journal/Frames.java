package io.flotilla.journal;

import io.flotilla.tls.Tls;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.ratis.thirdparty.io.netty.buffer.ByteBuf;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelHandlerContext;
import org.apache.ratis.thirdparty.io.netty.handler.codec.TooLongFrameException;
import org.apache.ratis.thirdparty.io.netty.handler.codec.protobuf.ProtobufVarint32FrameDecoder;
import org.apache.ratis.thirdparty.io.netty.util.concurrent.Future;

/**
 * Where one question ends and the next begins. Ratis's waits for as many bytes as it is told, for
 * ever.
 */
final class Frames extends ProtobufVarint32FrameDecoder {
  /** More than an entry, or a piece of a state file, with everything around it. */
  static final int MOST_BYTES = 8 << 20;

  /** From the first byte of a question to its last. */
  static final int MOST_SECONDS = 120;

  private static final int TLS_MAJOR = 3;

  private Future<?> deadline;

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    long length = length(in);
    if (isHandshake(in)) {
      throw new SSLException("it speaks TLS, which this node doesn't (flotilla.tls)");
    } else if (length > MOST_BYTES) {
      throw new TooLongFrameException(length + " bytes");
    }
    int before = out.size();
    super.decode(context, in, out);
    if (out.size() > before) {
      stop();
    }
    if (in.isReadable() && deadline == null) {
      start(context);
    }
  }

  private void start(ChannelHandlerContext context) {
    deadline = context.executor().schedule(() -> late(context), MOST_SECONDS, TimeUnit.SECONDS);
  }

  private void stop() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  private void late(ChannelHandlerContext context) {
    if (context.channel().config().isAutoRead()) {
      context.fireExceptionCaught(
          new IOException("half a question, and no more of it for " + MOST_SECONDS + " s"));
    } else {
      start(context); // the rest may be there: this side doesn't read at the moment
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    stop();
  }

  /** Nothing that members send begins like this: no message's first field has the number 0. */
  private static boolean isHandshake(ByteBuf in) {
    return in.readableBytes() > 1
        && in.getByte(in.readerIndex()) == Tls.HANDSHAKE
        && in.getByte(in.readerIndex() + 1) == TLS_MAJOR;
  }

  /** Seven bits in each byte, the last of which is below 128; 0 if it isn't there yet. */
  private static long length(ByteBuf in) {
    long length = 0;
    for (int i = 0; i < Math.min(in.readableBytes(), 5); i++) {
      byte next = in.getByte(in.readerIndex() + i);
      length |= (long) (next & 0x7f) << 7 * i;
      if (next >= 0) {
        return length;
      }
    }
    return 0;
  }
}

package io.flotilla.journal;

import io.flotilla.tls.Tls;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import org.apache.ratis.thirdparty.io.netty.buffer.ByteBuf;
import org.apache.ratis.thirdparty.io.netty.channel.Channel;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelHandler;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelHandlerContext;
import org.apache.ratis.thirdparty.io.netty.handler.codec.ByteToMessageDecoder;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslHandler;

/**
 * Where connections come in that have to prove which node they are from. TLS begins with the first
 * byte: the members keep silent connections to each other, which see only when they break, and
 * those cost no more than a socket. Of such there are some; then the oldest ends.
 */
final class Doorway {
  private static final int MOST_STRANGERS = 256;

  private final Tls tls;
  private final Executor tasks;
  private final Set<Channel> strangers = new LinkedHashSet<>();

  /**
   * @param tasks where signatures are made and checked
   */
  Doorway(Tls tls, Executor tasks) {
    this.tls = tls;
    this.tasks = tasks;
  }

  /** For a connection that has just come in. */
  ChannelHandler receive(Channel stranger) {
    stranger.closeFuture().addListener(closed -> known(stranger));
    Channel oldest = null;
    synchronized (this) {
      strangers.add(stranger);
      if (strangers.size() > MOST_STRANGERS) {
        oldest = strangers.iterator().next();
        strangers.remove(oldest);
      }
    }
    if (oldest != null) {
      oldest.close();
    }
    return new FirstByte();
  }

  /** It has proved who it is, or is gone. */
  synchronized void known(Channel channel) {
    strangers.remove(channel);
  }

  private final class FirstByte extends ByteToMessageDecoder {
    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
        throws SSLException {
      if (in.getUnsignedByte(in.readerIndex()) != Tls.HANDSHAKE) {
        throw new SSLException("it doesn't speak TLS, as all members do here");
      }
      context.pipeline().replace(this, "tls", new SslHandler(tls.accepting(), false, tasks));
    }
  }
}

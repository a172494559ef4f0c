package io.flotilla.journal;

import io.flotilla.tls.Tls;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import org.apache.ratis.thirdparty.io.netty.buffer.ByteBuf;
import org.apache.ratis.thirdparty.io.netty.channel.Channel;
import org.apache.ratis.thirdparty.io.netty.channel.ChannelHandlerContext;
import org.apache.ratis.thirdparty.io.netty.handler.codec.ByteToMessageDecoder;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslHandler;

/**
 * Where connections come in. With TLS they have to prove which node they are from. It begins with
 * the first byte: the members keep silent connections to each other, which see only when they
 * break, and those cost no more than a socket. Of connections that have neither proved nor asked
 * anything there are some; then the oldest ends, and a member makes it anew.
 */
final class Doorway {
  private static final int MOST_STRANGERS = 256;

  private final Optional<Tls> tls;
  private final Executor tasks;
  private final Set<Channel> strangers = new LinkedHashSet<>();

  /**
   * @param tls empty: whoever comes in is believed
   * @param tasks where signatures are made and checked
   */
  Doorway(Optional<Tls> tls, Executor tasks) {
    this.tls = tls;
    this.tasks = tasks;
  }

  /** For a connection that has just come in, before anything else is in its pipeline. */
  void receive(Channel stranger) {
    tls.ifPresent(proof -> stranger.pipeline().addLast(new FirstByte(proof)));
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
  }

  /** It has proved who it is, or what it wants, or is gone. */
  synchronized void known(Channel channel) {
    strangers.remove(channel);
  }

  private final class FirstByte extends ByteToMessageDecoder {
    private final Tls proof;

    FirstByte(Tls proof) {
      this.proof = proof;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
        throws SSLException {
      if (in.getUnsignedByte(in.readerIndex()) != Tls.HANDSHAKE) {
        throw new SSLException("it doesn't speak TLS, as all members do here");
      }
      context.pipeline().replace(this, "tls", new SslHandler(proof.accepting(), false, tasks));
    }
  }
}

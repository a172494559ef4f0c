package io.flotilla.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;

/** The end of a connection, behind what has been written. On its event loop. */
final class Ending {
  /** How long the client may take to notice that the connection has ended. */
  private static final Duration LINGER = Duration.ofSeconds(5);

  private final SocketChannel channel;
  private final Loop loop;
  private final Line line;
  private boolean begun;
  private ScheduledFuture<?> lingering;

  Ending(SocketChannel channel, Loop loop, Line line) {
    this.channel = channel;
    this.loop = loop;
    this.line = line;
  }

  /** Whether nothing more will be written. */
  boolean hasBegun() {
    return begun;
  }

  /**
   * Closes the connection once all that is written has left.
   *
   * @param lingers whether the client may still send something. If nobody read that, the network
   *     would drop what the client has not read yet, so it gets the time to do so.
   */
  void begin(boolean lingers) {
    begun = true;
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> closeSoon(lingers));
  }

  private void closeSoon(boolean lingers) {
    if (!lingers || line.isInputEnded()) {
      channel.close();
    } else if (channel.isActive()) {
      shutdownOutput();
      lingering = loop.after(LINGER, channel::close);
    }
  }

  private void shutdownOutput() {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      channel.shutdownOutput();
    } else {
      tls.closeOutbound(); // or the client would take it for a cut
    }
  }

  /** The client has closed its side. */
  void clientLeft() {
    if (begun && line.hasWritten()) {
      channel.close();
    }
  }

  /** The connection is closed. */
  void over() {
    begun = true;
    if (lingering != null) {
      lingering.cancel(false);
    }
  }
}

package io.flotilla.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.function.Consumer;

/** A silent connection that shows when the other end dies. Costs nothing while it is open. */
final class Tripwire {
  private final AsynchronousSocketChannel channel;
  private final Consumer<Tripwire> onBroken;

  private Tripwire(AsynchronousSocketChannel channel, Consumer<Tripwire> onBroken) {
    this.channel = channel;
    this.onBroken = onBroken;
  }

  /**
   * Connects without waiting.
   *
   * @param onBroken called with it, once, when it ends or can't be made
   * @throws java.io.UncheckedIOException if this process has no file handles left
   */
  static Tripwire to(String host, int port, Consumer<Tripwire> onBroken) {
    try {
      Tripwire wire = new Tripwire(AsynchronousSocketChannel.open(), onBroken);
      wire.connect(new InetSocketAddress(host, port));
      return wire;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void connect(InetSocketAddress address) {
    if (address.isUnresolved()) {
      broken();
      return;
    }
    channel.connect(
        address,
        null,
        new CompletionHandler<Void, Void>() {
          @Override
          public void completed(Void done, Void attachment) {
            listen();
          }

          @Override
          public void failed(Throwable cause, Void attachment) {
            broken();
          }
        });
  }

  private void listen() {
    ByteBuffer ignored = ByteBuffer.allocate(64);
    channel.read(
        ignored,
        null,
        new CompletionHandler<Integer, Void>() {
          @Override
          public void completed(Integer read, Void attachment) {
            if (read < 0) {
              broken();
            } else {
              listen();
            }
          }

          @Override
          public void failed(Throwable cause, Void attachment) {
            broken();
          }
        });
  }

  private void broken() {
    close();
    onBroken.accept(this);
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is of no more use.
    }
  }
}

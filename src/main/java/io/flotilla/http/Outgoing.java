package io.flotilla.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpEntity;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import io.flotilla.memory.Account;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.function.Consumer;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A streamed answer's body on its way to the client: the next part is asked for when the network
 * has taken enough of the last. Each part counts as memory until it is taken, and waits while there
 * is no memory for it.
 *
 * <p>Methods are called on the connection's event loop, unless they say otherwise.
 */
final class Outgoing implements Subscriber<ByteString> {
  /** Parts up to this size are covered by the cost of the connection. */
  private static final int FREE_BYTES = 1024;

  private static final byte[] END = "0\r\n\r\n".getBytes(US_ASCII);
  private static final byte[] LINE_END = {'\r', '\n'};

  /**
   * @param account for the parts in memory
   * @param chunked whether it is sent in chunks
   * @param ended is told whether it is whole
   */
  record Way(Loop loop, Line line, Account account, boolean chunked, Consumer<Boolean> ended) {
    Channel channel() {
      return loop.channel();
    }
  }

  private final Way way;
  private final Pace pace;
  private final long declared;
  private Subscription subscription;

  /** The part waiting for memory, or null. */
  private ByteString held;

  private long heldSinceNanos;
  private long sent;
  private boolean asked;
  private boolean completed;
  private boolean over;

  private Outgoing(HttpEntity body, Way way, Pace pace) {
    this.way = way;
    this.pace = pace;
    this.declared = body.getContentLengthOption().orElse(-1);
  }

  static Outgoing of(HttpEntity body, Way way, Pace pace, ActorSystem<?> system) {
    Outgoing outgoing = new Outgoing(body, way, pace);
    body.getDataBytes().runWith(Sink.fromSubscriber(outgoing), system);
    return outgoing;
  }

  /** The network has taken enough for another part. */
  void goOn() {
    if (!over && !asked && held == null && subscription != null && way.channel().isWritable()) {
      asked = true;
      subscription.request(1);
    }
  }

  /** To be called now and then. */
  void look() {
    if (held != null) {
      send();
      if (held != null && pace.now() - heldSinceNanos > pace.grace().toNanos()) {
        end(false);
      }
    }
  }

  /** Nobody takes any more. */
  void cancel() {
    over = true;
    held = null;
    if (subscription != null) {
      subscription.cancel();
    }
  }

  private void take(ByteString part) {
    asked = false;
    if (!over) {
      held = part;
      heldSinceNanos = pace.now();
      send();
    }
  }

  private void send() {
    int bytes = held.size();
    long counted = bytes > FREE_BYTES ? bytes : 0;
    if (!way.account().tryAcquire(counted)) {
      return;
    }
    ByteBuf part = written(held);
    held = null;
    sent += bytes;
    if (declared >= 0 && sent > declared) {
      end(false);
      return;
    }
    way.line().leaves(part.readableBytes());
    way.channel()
        .writeAndFlush(part)
        .addListener(
            written -> {
              way.account().release(counted);
              goOn();
            });
    if (completed) {
      end(true);
    }
  }

  private ByteBuf written(ByteString part) {
    ByteBuf bytes = Unpooled.wrappedBuffer(part.toArrayUnsafe());
    if (!way.chunked() || part.isEmpty()) {
      return bytes;
    }
    byte[] size = (Integer.toHexString(part.size()) + "\r\n").getBytes(US_ASCII);
    return Unpooled.wrappedBuffer(
        Unpooled.wrappedBuffer(size), bytes, Unpooled.wrappedBuffer(LINE_END));
  }

  private void end(boolean whole) {
    if (over) {
      return;
    }
    cancel();
    boolean complete = whole && (declared < 0 || sent == declared);
    if (complete && way.chunked()) {
      way.channel().writeAndFlush(Unpooled.wrappedBuffer(END));
    }
    way.ended().accept(complete);
  }

  // ---- by the stream, from any thread

  @Override
  public void onSubscribe(Subscription to) {
    way.loop()
        .execute(
            () -> {
              subscription = to;
              if (over) {
                to.cancel();
              } else {
                goOn();
              }
            });
  }

  @Override
  public void onNext(ByteString part) {
    way.loop().execute(() -> take(part));
  }

  @Override
  public void onError(Throwable failure) {
    way.loop().execute(() -> end(false));
  }

  @Override
  public void onComplete() {
    way.loop()
        .execute(
            () -> {
              completed = true;
              if (held == null) {
                end(true);
              }
            });
  }
}

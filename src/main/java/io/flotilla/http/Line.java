package io.flotilla.http;

import io.flotilla.memory.Account;
import io.flotilla.memory.Supply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The bytes of one connection, between the network and the parser. They are counted from their
 * arrival until the parser has made something of them, and come in only as long as there is a use
 * for what they say: if not, they stay in the network, and their sender waits.
 *
 * <p>All methods are called on the connection's event loop, unless they say otherwise.
 */
final class Line extends ChannelDuplexHandler {
  /** The most that is read at a time. */
  static final int READ_BYTES = 16 * 1024;

  /** The cost of a connection covers this much. */
  static final int FREE_BYTES = READ_BYTES;

  private static final int PIECE_BYTES = 16 * 1024;

  private final Channel channel;
  private final Account account;
  private final Pace pace;
  private final BooleanSupplier wanted;
  private final Consumer<Supply> noRoom;
  private ChannelHandlerContext context;
  private volatile long unused;
  private long counted;
  private long comingSinceNanos;
  private long left;
  private long pieceFrom;
  private long pieceSinceNanos;
  private boolean feeding;

  /** Whether the parser has more than it could use. */
  private boolean stopped;

  /** Whether nothing more is read. */
  private boolean paused;

  private boolean deaf;
  private boolean inputEnded;
  private boolean saidEnd;

  /**
   * @param account of unparsed input
   * @param pace at which the client must send and read
   * @param wanted whether another request, or another part of a body, is of use now
   * @param noRoom told what is used up when the connection must end for it
   */
  Line(
      Channel channel,
      Account account,
      Pace pace,
      BooleanSupplier wanted,
      Consumer<Supply> noRoom) {
    this.channel = channel;
    this.account = account;
    this.pace = pace;
    this.wanted = wanted;
    this.noRoom = noRoom;
  }

  // ---- in

  /** Bytes that the parser has not yet turned into anything. From any thread. */
  long unused() {
    return unused;
  }

  private boolean isOpen() {
    return !deaf && channel.isActive() && wanted.getAsBoolean();
  }

  /** Whether the parser may go on. If not, it may with the next {@link #resume}. */
  boolean admits() {
    stopped = !isOpen();
    return !stopped;
  }

  /** Whether the client sends too slowly what the parser is waiting for. */
  boolean givesTooSlowly() {
    return unused > 0 && pace.isTooSlow(unused, pace.now() - comingSinceNanos);
  }

  /** The parser has made something of what has come, but for the last bytes. */
  void used(int remaining) {
    unused = remaining;
    comingSinceNanos = pace.now();
    count();
  }

  /**
   * Ignores what still comes, but for its end. Closing while something comes would destroy the
   * answers on their way.
   */
  void ignoreInput() {
    if (!deaf) {
      deaf = true;
      used(0);
      goOn();
    }
  }

  boolean isInputEnded() {
    return inputEnded;
  }

  /** Something more may be of use again. */
  void resume() {
    if ((stopped || paused) && !feeding && isOpen()) {
      if (stopped) {
        feed(Unpooled.EMPTY_BUFFER);
        context.fireChannelReadComplete();
      }
      goOn();
    }
  }

  private void feed(ByteBuf bytes) {
    feeding = true;
    context.fireChannelRead(bytes);
    feeding = false;
  }

  /** The end of the input is told once the parser has had all that came before. */
  private void goOn() {
    paused = !isOpen();
    if (!inputEnded && (deaf || !paused)) {
      context.read();
    } else if (!paused && !stopped && !saidEnd) {
      saidEnd = true;
      context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  private boolean count() {
    long bytes = Math.max(0, unused - FREE_BYTES);
    if (bytes > counted && !account.tryAcquire(bytes - counted)) {
      return false;
    } else if (bytes < counted) {
      account.release(counted - bytes);
    }
    counted = bytes;
    return true;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.fireChannelActive();
    goOn();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (deaf) {
      bytes.release();
      return;
    }
    if (unused == 0) {
      comingSinceNanos = pace.now();
    }
    unused += bytes.readableBytes();
    if (count()) {
      feed(bytes);
    } else {
      bytes.release();
      noRoom.accept(account.lacking());
      ignoreInput(); // what comes behind the gap isn't what it seems
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.fireChannelReadComplete();
    goOn();
  }

  /** Only this asks for more; the parser would do so whenever it has nothing to show. */
  @Override
  public void read(ChannelHandlerContext context) {
    if (deaf || isOpen()) {
      context.read();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      context.fireUserEventTriggered(Event.CLIENT_LEFT);
      goOn();
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  enum Event {
    /** The client has closed its side. Perhaps not all that it sent before is parsed yet. */
    CLIENT_LEFT
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    account.close();
    context.fireChannelInactive();
  }

  // ---- out

  /** Bytes that are written but that the network has not taken yet. */
  private long leaving() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
  }

  boolean hasWritten() {
    return leaving() <= 0;
  }

  /** Notes that something is to be written. */
  void leaves(long bytes) {
    if (hasWritten()) {
      pieceBegins(left);
    }
    left += bytes;
  }

  private void pieceBegins(long at) {
    pieceFrom = at;
    pieceSinceNanos = pace.now();
  }

  /**
   * Whether the client reads too slowly what is being written. It is measured piece by piece: the
   * network takes the first ones at once, whether or not they are read.
   */
  boolean takesTooSlowly() {
    long leaving = leaving();
    if (left - leaving - pieceFrom >= PIECE_BYTES) {
      pieceBegins(left - leaving);
    }
    return leaving > 0 && pace.isTooSlow(PIECE_BYTES, pace.now() - pieceSinceNanos);
  }
}

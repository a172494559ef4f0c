package io.flotilla.http;

import static io.flotilla.http.ClientLimits.Kind.BYTES;
import static io.flotilla.http.ClientLimits.Kind.SUBSCRIPTIONS;
import static io.flotilla.http.ClientLimits.Kind.WATCHES;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpRequest;
import io.flotilla.memory.Account;
import io.flotilla.memory.Supply;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import jdk.net.ExtendedSocketOptions;

/**
 * Makes {@link Asked requests} of what the parser has found, and tells each request's {@link
 * Incoming body} what has come of it. A request that can't be read is passed on with its answer,
 * and is the last.
 */
final class Intake extends ChannelInboundHandlerAdapter {
  /** A body has changed, so that its request may be answered now. */
  enum Event {
    BODY
  }

  private static final int FREE_BYTES = 1024;

  private static final ChannelOption<Boolean> QUICK_ACK =
      NioChannelOption.of(ExtendedSocketOptions.TCP_QUICKACK);

  private final SocketChannel channel;
  private final HttpPort.Limits limits;
  private final Loop loop;
  private final BooleanSupplier room;
  private final Line line;
  private final String address;
  private final String network;

  /** The body that is arriving, or null. */
  private Incoming arriving;

  /** Whether nothing behind the latest request is a request. */
  private boolean last;

  private boolean inputEnded;

  /**
   * @param room whether another request may be read
   */
  Intake(SocketChannel channel, Loop loop, HttpPort.Limits limits, BooleanSupplier room) {
    this.channel = channel;
    this.loop = loop;
    this.limits = limits;
    this.room = room;
    this.address = addressOf(channel.remoteAddress());
    this.network = Rate.network(address);
    this.line =
        new Line(
            channel,
            new Account(limits.budgets().bodies(), limits.clients().of(network, BYTES)),
            limits.pace(),
            this::wantsMore,
            this::noRoom);
  }

  /** Null if the client is gone already. */
  private static String addressOf(InetSocketAddress client) {
    return client == null ? "" : client.getAddress().getHostAddress();
  }

  /** Whoever takes up the room makes room. */
  private void noRoom(Supply lacking) {
    limits
        .open()
        .closeUnfinished(
            lacking == limits.budgets().bodies() ? c -> true : c -> c.client().equals(network));
  }

  /** The network that the client is in. */
  String network() {
    return network;
  }

  /** The bytes below the parser. */
  Line line() {
    return line;
  }

  private boolean wantsMore() {
    return arriving == null ? !last && room.getAsBoolean() : arriving.wantsMore();
  }

  /** Whether the latest request is the last that is read. */
  boolean isLast() {
    return last;
  }

  /** Whether no other request comes. */
  boolean isOver() {
    return last || inputEnded;
  }

  /** Takes no other request; what still comes is ignored. */
  void end() {
    last = true;
    arriving = null;
    line.ignoreInput();
  }

  /**
   * A body is still arriving: says at once that its beginning has. Many clients send the head and
   * the body one after the other and let Nagle's algorithm hold back the second until the first is
   * acknowledged, which the operating system otherwise puts off for 40 ms, in the hope of an answer
   * to send along. It forgets this after a while, so it is told each time (tcp(7), Linux only).
   */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (arriving != null) {
      channel.config().setOption(QUICK_ACK, true);
    }
    context.fireChannelReadComplete();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof io.netty.handler.codec.http.HttpRequest head) {
        head(context, head);
      }
      if (message instanceof HttpContent content && arriving != null) {
        body(context, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void head(ChannelHandlerContext context, io.netty.handler.codec.http.HttpRequest head) {
    if (last || !channel.isActive()) {
      return;
    }
    Asked asked;
    try {
      HttpRequest request = RequestHead.of(head);
      Client client =
          client(
              limits.who().apply(request, address),
              RequestHead.type(head),
              RequestHead.length(head));
      count(head, client);
      asked =
          new Asked(
              client.asks(request),
              client,
              RequestHead.isKept(head),
              RequestHead.isBodyOnDemand(head));
      arriving = asked.body().isOver() ? null : asked.body();
    } catch (ApiError refusal) {
      Client client =
          client(new Client.Identity(Access.UNKNOWN, network), ContentTypes.NO_CONTENT_TYPE, 0);
      HttpRequest unread = RequestHead.unread(head, refusal);
      asked = new Asked(client.asks(unread), client, false, false);
    }
    last = !asked.kept;
    ignoreWhatIsBehind();
    context.fireChannelRead(asked);
  }

  private Client client(Client.Identity identity, ContentType type, long length) {
    ClientLimits clients = limits.clients();
    String name = identity.client();
    Supply bytes = clients.of(name, BYTES);
    Account kept = new Account(limits.budgets().bodies(), bytes);
    return new Client(
        address,
        identity,
        new CompletableFuture<>(),
        new Incoming(type, length, kept, loop, line::resume),
        kept,
        new Account(limits.budgets().answers(), bytes),
        new Account(clients.of(name, WATCHES)),
        new Account(clients.of(name, SUBSCRIPTIONS)));
  }

  /** A small head is covered by the cost of the connection. */
  private static void count(io.netty.handler.codec.http.HttpRequest head, Client client) {
    int bytes = RequestHead.bytes(head);
    if (bytes > FREE_BYTES && !client.kept().tryAcquire(bytes)) {
      throw Incoming.overloaded(client.kept());
    }
  }

  private void body(ChannelHandlerContext context, HttpContent content) {
    Incoming body = arriving;
    if (content.decoderResult().isFailure()) {
      last = true;
      arriving = null;
      body.fail(RequestHead.unreadableBody(content.decoderResult().cause()));
    } else {
      if (content.content().isReadable()) {
        body.add(ByteBufUtil.getBytes(content.content()));
      }
      if (content instanceof LastHttpContent) {
        arriving = null;
        body.end();
      }
    }
    ignoreWhatIsBehind();
    context.fireUserEventTriggered(Event.BODY);
  }

  /** Behind the last request there is only the news that the client leaves. */
  private void ignoreWhatIsBehind() {
    if (last && arriving == null) {
      line.ignoreInput();
    }
  }

  private void nothingMoreComes() {
    if (arriving != null) {
      Incoming half = arriving;
      arriving = null;
      half.fail(Incoming.endedEarly());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      nothingMoreComes();
      inputEnded = true;
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    nothingMoreComes();
    context.fireChannelInactive();
  }
}

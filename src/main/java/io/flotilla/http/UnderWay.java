package io.flotilla.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests under way on a connection, between the parser and the routes.
 *
 * <p>Answers leave in the order of the requests. Pipelined requests are served concurrently only if
 * none of them can change anything (RFC 9112, 9.3.2); otherwise one after another.
 *
 * <p>It closes a connection that has been idle for a while, or whose client does not keep pace, and
 * ends the {@link Patience} of the requests under way when the client leaves.
 */
final class UnderWay extends ChannelInboundHandlerAdapter implements Connections.Connection {
  private static final Logger LOG = LoggerFactory.getLogger(UnderWay.class);

  /** How often to check whether the connection has been idle for too long. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  /** How often to check the client's pace, while something is expected of it. */
  private static final Duration PACE = Duration.ofSeconds(1);

  /** How many requests are read before the first is answered. The connection's cost covers them. */
  private static final int PIPELINED = 8;

  private final SocketChannel channel;
  private final HttpPort.Limits limits;
  private final HttpPort.Service service;
  private final Intake intake;
  private final Line line;
  private final Loop loop;
  private final Ending ending;
  private final AnswerWriter answers;

  /** In their order. */
  private final Deque<Asked> unanswered = new ArrayDeque<>();

  /** The request that must not begin yet, or null. */
  private Asked held;

  /** Whether the request under way may change something; it is then the only one. */
  private boolean unsafe;

  /** Whether requests are just being read: what is written leaves after that. */
  private boolean reading;

  /** How long the client may pause before the connection ends, if the node ends; else null. */
  private volatile Duration farewell;

  private long quietSinceNanos;
  private boolean watched;

  /** Null before the first, and once the connection ends. */
  private ScheduledFuture<?> nextLook;

  UnderWay(SocketChannel channel, HttpPort.Limits limits, HttpPort.Service service) {
    this.channel = channel;
    this.limits = limits;
    this.service = service;
    this.quietSinceNanos = limits.pace().now();
    this.loop = new Loop(channel);
    this.intake = new Intake(channel, loop, limits, this::hasRoom);
    this.line = intake.line();
    this.ending = new Ending(channel, loop, line);
    this.answers = new AnswerWriter(service, loop, line, limits.pace(), this::written);
  }

  /** What makes the requests. */
  Intake intake() {
    return intake;
  }

  // ---- requests

  /** Who doesn't take his answers isn't read from: they would pile up. */
  private boolean hasRoom() {
    return held == null && unanswered.size() < PIPELINED && channel.isWritable();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    limits.open().opened(this);
    look();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Asked asked = (Asked) message;
    reading = true;
    if (unanswered.isEmpty() || asked.isSafe() && !unsafe) {
      begin(asked);
    } else {
      held = asked;
      endPatience(Patience.End.OTHERS_BEHIND);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
    channel.flush();
    watch();
  }

  private void begin(Asked asked) {
    unsafe = !asked.isSafe();
    Optional<ApiError> guest = limits.open().busy(this);
    unanswered.add(asked);
    asked.sinceNanos = limits.pace().now();
    if (unanswered.size() >= PIPELINED) {
      endPatience(Patience.End.OTHERS_BEHIND);
    } else if (line.isInputEnded()) {
      endPatience(Patience.End.CLIENT_LEFT);
    } else if (farewell != null) {
      endPatience(Patience.End.NODE_ENDS);
    }
    service
        .answer()
        .apply(guest.map(why -> refused(asked.request, why)).orElse(asked.request))
        .whenComplete((response, failure) -> loop.now(() -> answered(asked, response, failure)));
    if (asked.onDemand && asked.answer == null) {
      asked.onDemand = false;
      answers.writeContinue();
    }
  }

  private static HttpRequest refused(HttpRequest request, ApiError why) {
    return Refused.of(request).isPresent()
        ? request
        : new Refused(why, request.method().value(), RequestTarget.path(request)).instead(request);
  }

  // ---- answers

  private void answered(Asked asked, HttpResponse answer, Throwable failure) {
    if (asked.answer == null) {
      asked.answer = failure == null ? answer : Failures.response(asked.request, failure, false);
      asked.body().drop();
      answerInOrder();
    }
  }

  private void answerInOrder() {
    while (!ending.hasBegun() && !unanswered.isEmpty() && isReady(unanswered.peek())) {
      write(unanswered.peek());
    }
    if (!ending.hasBegun() && held != null && unanswered.isEmpty()) {
      Asked next = held;
      held = null;
      begin(next);
    }
    line.resume();
    if (unanswered.isEmpty() && held == null && intake.isOver()) {
      finish(true);
    }
    if (!reading) {
      channel.flush();
      watch();
    }
  }

  /** An answer waits for its request's end, unless that is far away. */
  private boolean isReady(Asked first) {
    return first.answer != null
        && first.outgoing == null
        && (first.body().isOver() || first.onDemand || !first.body().isAwaited());
  }

  private void write(Asked first) {
    if (!first.body().isWhole()) {
      intake.end();
      first.body().fail(Incoming.endedEarly());
    }
    boolean only = unanswered.size() == 1 && held == null;
    answers.write(first, only && (intake.isLast() || farewell != null));
  }

  private void written(Asked first) {
    unanswered.remove();
    quietSinceNanos = limits.pace().now();
    if (first.ends) {
      finish(true);
    } else if (unanswered.isEmpty()) {
      limits.open().idle(this);
    }
    if (first.outgoing != null) {
      answerInOrder();
    }
  }

  /** Some may be answered at once, and are gone from the queue then. */
  private void endPatience(Patience.End why) {
    List.copyOf(unanswered).forEach(asked -> asked.client.patience().complete(why));
  }

  // ---- the end

  /**
   * @param lingers see {@link Ending#begin}
   */
  private void finish(boolean lingers) {
    if (!ending.hasBegun()) {
      intake.end();
      ending.begin(lingers);
      watch();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == Line.Event.CLIENT_LEFT) {
      endPatience(Patience.End.CLIENT_LEFT);
      ending.clientLeft();
    } else {
      answerInOrder(); // a body has changed, or no more requests come
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    limits.open().closed(this);
    ending.over();
    if (nextLook != null) {
      nextLook.cancel(false);
    }
    endPatience(Patience.End.CLIENT_LEFT);
    unanswered.forEach(Asked::forget);
    if (held != null) {
      held.forget();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    boolean isTls = cause instanceof DecoderException && cause.getCause() instanceof SSLException;
    if (isTls) {
      LOG.info(
          "The connection of {} ends: {}", channel.remoteAddress(), cause.getCause().toString());
    } else if (!(cause instanceof IOException)) { // with which clients leave
      LOG.error("A connection could not be served", cause);
    }
    channel.close();
  }

  // ---- time

  private void look() {
    Duration idle = limits.open().isGuest(this) ? LOOK : limits.idle();
    long quiet = limits.pace().now() - quietSinceNanos;
    if (ending.hasBegun()) {
      return;
    } else if (unanswered.isEmpty() && quiet > idle.toNanos()) {
      finish(false);
    } else {
      Duration half = limits.idle().dividedBy(2);
      nextLook = loop.after(half.compareTo(LOOK) < 0 ? half : LOOK, this::look);
    }
  }

  /** Checks the client's pace as long as something is expected of it. */
  private void watch() {
    if (!watched && channel.isActive() && isExpectant()) {
      watched = true;
      loop.after(PACE, this::lookAtPace);
    }
  }

  private boolean isExpectant() {
    return line.unused() > 0 || !line.hasWritten() || arriving() != null || streaming() != null;
  }

  /** The answer that is being streamed, or null. */
  private Outgoing streaming() {
    return unanswered.isEmpty() ? null : unanswered.peek().outgoing;
  }

  /** The request whose body is arriving, or null. */
  private Asked arriving() {
    return unanswered.isEmpty() || unanswered.peekLast().body().isOver()
        ? null
        : unanswered.peekLast();
  }

  private void lookAtPace() {
    watched = false;
    if (line.takesTooSlowly()) {
      channel.close();
      return;
    }
    if (unanswered.isEmpty() && line.givesTooSlowly()) {
      finish(false);
    }
    if (arriving() != null && isLate(arriving())) {
      arriving().body().fail(Incoming.late(limits.bodyTimeout()));
      answerInOrder();
    }
    if (streaming() != null) {
      streaming().look();
    }
    watch();
  }

  private boolean isLate(Asked asked) {
    return asked.body().isTimed()
        && limits.pace().now() - asked.sinceNanos > limits.bodyTimeout().toNanos();
  }

  /** In the middle of a write: what comes of it waits until that is over. */
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable()) {
      loop.execute(this::goOn);
    }
  }

  private void goOn() {
    if (streaming() != null) {
      streaming().goOn();
    }
    line.resume();
  }

  // ---- asked by the node, on other threads

  @Override
  public String client() {
    return intake.network();
  }

  @Override
  public boolean isUnfinished() {
    return line.unused() > Line.FREE_BYTES;
  }

  @Override
  public void close() {
    loop.execute(this::finishOrAbort);
  }

  private void finishOrAbort() {
    if (ending.hasBegun() || !unanswered.isEmpty()) {
      channel.close();
    } else {
      finish(false);
    }
  }

  @Override
  public void end(Duration pause) {
    farewell = pause; // whatever is answered from now on
    loop.execute(
        () -> {
          endPatience(Patience.End.NODE_ENDS);
          endIfSilent();
        });
  }

  /** A request that has begun to arrive is answered. */
  private void endIfSilent() {
    long quiet = limits.pace().now() - quietSinceNanos;
    if (ending.hasBegun()) {
      return;
    } else if (unanswered.isEmpty() && line.unused() == 0 && quiet >= farewell.toNanos()) {
      finish(false);
    } else {
      loop.after(farewell, this::endIfSilent);
    }
  }

  @Override
  public void giveUp() {
    loop.execute(this::answerAll);
  }

  private void answerAll() {
    intake.end();
    if (held != null) {
      unanswered.add(held);
      held = null;
    }
    for (Asked asked : unanswered) {
      asked.answer = asked.answer == null ? Failures.goingDown(asked.request) : asked.answer;
      asked.body().fail(Incoming.endedEarly());
    }
    answerInOrder();
  }
}

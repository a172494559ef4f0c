package io.flotilla.http;

import akka.Done;
import akka.http.javadsl.model.AttributeKeys;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.RemoteAddress;
import akka.http.javadsl.model.headers.Connection;
import akka.stream.Attributes;
import akka.stream.BidiShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.javadsl.Flow;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.AsyncCallback;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;
import akka.stream.stage.TimerGraphStageLogic;
import akka.util.ByteString;
import io.flotilla.memory.Budgets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Tracks the requests under way on a connection; sits between the protocol and the routes.
 *
 * <p>Pipelined requests are served concurrently only if none of them can change anything (RFC 9112,
 * 9.3.2); otherwise one after another.
 *
 * <p>It closes a connection that has been idle for a while, or whose client does not read its
 * answers. Akka HTTP's own idle time-out can't tell a client waiting for a blocking query from one
 * that has forgotten its connection. The stage lasts until the connection is closed, even if all
 * requests were answered long before, because answers may remain unread.
 *
 * <p>It also ends the {@link Patience} of the requests under way, because all that Akka HTTP does
 * when a client leaves is to end the stream of requests.
 */
final class UnderWay
    extends GraphStage<BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse>> {

  /** How often to check whether something must end. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  /** How long a finished connection may linger; the protocol's own linger is shorter. */
  private static final Duration LINGER = Duration.ofSeconds(10);

  private static final Set<HttpMethod> SAFE =
      Set.of(HttpMethods.GET, HttpMethods.HEAD, HttpMethods.OPTIONS);

  private static final ByteString FAULT = ByteString.fromString("HTTP/1.1 500 ");
  private static final ByteString UNREADABLE =
      unreadable("The request is malformed; HTTP/1.0 has no Transfer-Encoding.");

  private static final String FAREWELL = "farewell";
  private static final HttpHeader LAST = Connection.create("close");

  private final Inlet<HttpRequest> requestIn = Inlet.create("requestIn");
  private final Outlet<HttpRequest> requestOut = Outlet.create("requestOut");
  private final Inlet<HttpResponse> responseIn = Inlet.create("responseIn");
  private final Outlet<HttpResponse> responseOut = Outlet.create("responseOut");
  private final BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape =
      new BidiShape<>(requestIn, requestOut, responseIn, responseOut);
  private final Limits limits;
  private final Line line;
  private final RemoteAddress client;
  private boolean unreadable;

  /**
   * @param idle how long a connection may be idle
   * @param pipelined how many requests the protocol accepts from a connection before answering
   * @param open all connections of the node
   * @param pace at which clients must read their answers
   */
  record Limits(Duration idle, int pipelined, Connections open, Budgets budgets, Pace pace) {}

  private static ByteString unreadable(String message) {
    byte[] body = Json.error("malformed-request", message);
    String head =
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n";
    return ByteString.fromString(head.formatted(body.length)).concat(ByteString.fromArray(body));
  }

  /**
   * @param line this connection
   * @param client the address at its other end
   */
  UnderWay(Limits limits, Line line, RemoteAddress client) {
    this.limits = limits;
    this.line = line;
    this.client = client;
  }

  /**
   * Filters output. A request that Akka HTTP can parse but not represent, as it would be chunked in
   * HTTP/1.0, fails the connection; the last output is then a 500 without a body.
   */
  ByteString sent(ByteString bytes) {
    return unreadable && bytes.take(FAULT.size()).equals(FAULT) ? UNREADABLE : bytes;
  }

  @Override
  public BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic implements Connections.Connection {
    /** Clients of the requests not answered yet, in request order. */
    private final Deque<Client> unanswered = new ArrayDeque<>();

    /** Clients of the streamed answers that have not ended. */
    private final Set<Client> streams = new HashSet<>();

    /** How many of these the protocol has begun to send. */
    private int running;

    /** Whether the request under way may change something; it is then the only one. */
    private boolean unsafe;

    /** The request that must not begin yet, or null. */
    private HttpRequest held;

    /** How long the client may pause before the connection ends, if the node ends; else null. */
    private Duration farewell;

    /** Whether the client knows that it gets no more answers. */
    private boolean saidFarewell;

    /** Whether nothing more will be sent after what the protocol has. */
    private boolean finished;

    private CompletableFuture<Patience.End> lastStream = new CompletableFuture<>();
    private long quietSinceNanos = limits.pace().now();

    /** Since when nothing is left to do, or null. */
    private Long overSinceNanos;

    private final AsyncCallback<Done> gone = createAsyncCallback(done -> completeStage());
    private final AsyncCallback<Done> close = createAsyncCallback(done -> finishOrAbort());
    private final AsyncCallback<Duration> end = createAsyncCallback(this::endOnceAnswered);
    private final AsyncCallback<Done> giveUp = createAsyncCallback(done -> answerAll());

    Logic() {
      super(shape);
      setHandler(
          requestIn,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              line.used();
              asked(grab(requestIn));
            }

            @Override
            public void onUpstreamFailure(Throwable failure) {
              unreadable = failure instanceof IllegalArgumentException && unanswered.isEmpty();
              failPorts(failure);
            }

            @Override
            public void onUpstreamFinish() {
              endPatience(Patience.End.CLIENT_LEFT);
              if (held == null) {
                complete(requestOut);
              }
            }
          });
      setHandler(
          requestOut,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              pull(requestIn);
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
              cancel(requestIn, cause);
            }
          });
      setHandler(
          responseIn,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              push(responseOut, answered(grab(responseIn)));
              beginHeld();
              finishIfEnding();
            }

            @Override
            public void onUpstreamFinish() {
              finish();
            }

            @Override
            public void onUpstreamFailure(Throwable failure) {
              failPorts(failure);
            }
          });
      setHandler(
          responseOut,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              if (finished) {
                closePorts();
              } else {
                pull(responseIn);
              }
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
              cancel(responseIn, cause);
            }
          });
    }

    private void asked(HttpRequest request) {
      boolean safe = SAFE.contains(request.method());
      if (unanswered.isEmpty() || safe && !unsafe) {
        begin(request, safe);
      } else {
        held = request;
        endPatience(Patience.End.OTHERS_BEHIND);
      }
    }

    private void beginHeld() {
      if (held != null && unanswered.isEmpty()) {
        HttpRequest request = held;
        held = null;
        begin(request, SAFE.contains(request.method()));
        if (isClosed(requestIn)) {
          complete(requestOut);
        }
      }
    }

    private void begin(HttpRequest request, boolean safe) {
      unsafe = !safe;
      if (isIdle()) {
        limits.open().busy(this);
      }
      Client asking = Client.of(limits.budgets(), limits.open().isGuest(this));
      unanswered.add(asking);
      if (unanswered.size() >= limits.pipelined()) {
        endPatience(Patience.End.OTHERS_BEHIND);
      }
      push(
          requestOut,
          asking.asks(counted(request).addAttribute(AttributeKeys.remoteAddress, client)));
    }

    /** Each part of a body means that the parser has used its input. */
    private HttpRequest counted(HttpRequest request) {
      return request.entity().isStrict()
          ? request
          : request.withEntity(
              Streaming.through(
                  request.entity(),
                  Flow.<ByteString>create()
                      .map(
                          bytes -> {
                            line.used();
                            return bytes;
                          })));
    }

    private boolean isIdle() {
      return unanswered.isEmpty() && streams.isEmpty();
    }

    private void endPatience(Patience.End why) {
      unanswered.forEach(client -> client.patience().complete(why));
      lastStream.complete(why);
    }

    /** A streamed answer is under way until its last byte. */
    private HttpResponse answered(HttpResponse response) {
      Client asked = unanswered.remove();
      asked.body().close();
      HttpResponse answer = isLast() ? response.addHeader(LAST) : response;
      if (answer.entity().isStrict()) {
        asked.answer().close();
        quiet();
        return answer;
      }
      streams.add(asked);
      lastStream = asked.patience();
      quietSinceNanos = limits.pace().now(); // from now on the client can read it
      AsyncCallback<Done> ended =
          createAsyncCallback(
              done -> {
                streams.remove(asked);
                running--;
                quiet();
                finishIfEnding();
              });
      AsyncCallback<Done> begun = createAsyncCallback(done -> running++);
      return Streaming.through(
          EventStream.until(asked.patience(), answer),
          Flow.<ByteString>create()
              .watchTermination(
                  (mat, done) -> {
                    begun.invoke(Done.getInstance());
                    done.whenComplete(
                        (ok, failure) -> {
                          asked.answer().close();
                          ended.invoke(Done.getInstance());
                        });
                    return mat;
                  }));
    }

    /** Not while others wait behind it: a client must not expect answers after the last. */
    private boolean isLast() {
      saidFarewell = farewell != null && unanswered.isEmpty() && held == null;
      return saidFarewell;
    }

    private void quiet() {
      quietSinceNanos = limits.pace().now();
      if (isIdle()) {
        limits.open().idle(this);
      }
    }

    @Override
    public void preStart() {
      setKeepGoing(true);
      limits.open().opened(this);
      line.ended()
          .thenRun(
              () -> {
                limits.open().closed(this);
                gone.invoke(Done.getInstance());
              });
      Duration look = limits.idle().dividedBy(2);
      look = look.compareTo(LOOK) > 0 ? LOOK : look;
      scheduleWithFixedDelay("look", look, look);
    }

    @Override
    public void onTimer(Object key) {
      long now = limits.pace().now();
      if (key == FAREWELL) {
        endIfSilent(now);
        return;
      }
      Duration idle = limits.open().isGuest(this) ? LOOK : limits.idle();
      if (running == 0 && line.takesTooSlowly()) {
        line.abort(); // a stream sees to that itself
      } else if (finished) {
        overSinceNanos = overSinceNanos == null ? now : overSinceNanos;
        if (now - overSinceNanos > LINGER.toNanos() && running == 0 && line.hasWritten()) {
          line.abort();
        }
      } else if (isIdle() && (now - quietSinceNanos > idle.toNanos() || line.givesTooSlowly())) {
        finish();
      }
    }

    private void endOnceAnswered(Duration pause) {
      farewell = pause;
      endPatience(Patience.End.NODE_ENDS);
      scheduleWithFixedDelay(FAREWELL, pause, pause);
    }

    /** A request that has begun to arrive is answered. */
    private void endIfSilent(long now) {
      if (isIdle() && line.unused() == 0 && now - quietSinceNanos >= farewell.toNanos()) {
        finish();
      }
    }

    private void finishIfEnding() {
      if (saidFarewell && isIdle()) {
        finish();
      }
    }

    private void finishOrAbort() {
      if (finished) {
        line.abort();
      } else {
        finish();
      }
    }

    /**
     * Ends the connection once the protocol asks for more. While it still has an answer to send,
     * signalling the end to Akka HTTP from both sides would keep the connection open for ever.
     */
    private void finish() {
      finished = true;
      if (isAvailable(responseOut)) {
        closePorts();
      }
    }

    private void closePorts() {
      complete(requestOut);
      cancel(requestIn);
      complete(responseOut);
      cancel(responseIn);
    }

    private void failPorts(Throwable failure) {
      finished = true;
      fail(requestOut, failure);
      cancel(requestIn, failure);
      fail(responseOut, failure);
      cancel(responseIn, failure);
    }

    private void answerAll() {
      List<HttpResponse> answers =
          unanswered.stream().map(asked -> Failures.goingDown().addHeader(LAST)).toList();
      emitMultiple(responseOut, answers.iterator(), this::finish);
    }

    @Override
    public boolean isUnfinished() {
      return line.unused() > Line.FREE_BYTES;
    }

    @Override
    public void close() {
      close.invoke(Done.getInstance());
    }

    @Override
    public void end(Duration farewell) {
      end.invoke(farewell);
    }

    @Override
    public void giveUp() {
      giveUp.invoke(Done.getInstance());
    }

    @Override
    public void postStop() {
      endPatience(Patience.End.CLIENT_LEFT);
      unanswered.forEach(Client::close);
      // A stream that the protocol has not begun never ends.
      streams.forEach(Client::close);
    }
  }
}

package io.flotilla.http;

import akka.Done;
import akka.NotUsed;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.Attributes;
import akka.stream.BidiShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.javadsl.BidiFlow;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * Knows the requests under way on each connection: it stands between the protocol and the routes.
 *
 * <p>It closes a connection on which nothing was asked for a while, or whose client does not take
 * what it asked for. Akka HTTP's own idle time-out can't tell a client that waits for the answer of
 * a blocking query from one that has forgotten its connection.
 *
 * <p>And it tells the requests under way when there is no {@link Patience} any more, as Akka HTTP
 * tells nobody that a client has left: it only ends the stream of requests.
 */
final class IdleConnections
    extends GraphStage<BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse>> {

  /** How often it is looked whether something has to end. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Inlet<HttpRequest> requestIn = Inlet.create("requestIn");
  private final Outlet<HttpRequest> requestOut = Outlet.create("requestOut");
  private final Inlet<HttpResponse> responseIn = Inlet.create("responseIn");
  private final Outlet<HttpResponse> responseOut = Outlet.create("responseOut");
  private final BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape =
      new BidiShape<>(requestIn, requestOut, responseIn, responseOut);
  private final Limits limits;

  /**
   * @param idle how long a connection may be open with nothing asked
   * @param pipelined as many requests the protocol takes from a connection before it is answered
   * @param open all connections of the node
   * @param pace at which clients have to take what they asked for
   */
  record Limits(Duration idle, int pipelined, Connections open, Budgets budgets, Pace pace) {}

  private IdleConnections(Limits limits) {
    this.limits = limits;
  }

  static BidiFlow<HttpRequest, HttpRequest, HttpResponse, HttpResponse, NotUsed> within(
      Limits limits) {
    return BidiFlow.fromGraph(new IdleConnections(limits));
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
    /** Of the requests that have no answer yet, in their order. */
    private final Deque<Client> unanswered = new ArrayDeque<>();

    /** Of the answers that are streams and have not ended. */
    private final Set<Client> streams = new HashSet<>();

    /** Those of them that the protocol has begun to send. */
    private int running;

    private CompletableFuture<Patience.End> lastStream = new CompletableFuture<>();
    private long quietSinceNanos = System.nanoTime();
    private final AsyncCallback<Done> close = createAsyncCallback(done -> completeStage());

    Logic() {
      super(shape);
      setHandler(
          requestIn,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              push(requestOut, asked(grab(requestIn)));
            }

            @Override
            public void onUpstreamFinish() {
              endPatience(Patience.End.CLIENT_LEFT);
              complete(requestOut);
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
            }

            @Override
            public void onUpstreamFinish() {
              complete(responseOut);
            }
          });
      setHandler(
          responseOut,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              pull(responseIn);
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
              cancel(responseIn, cause);
            }
          });
    }

    private HttpRequest asked(HttpRequest request) {
      if (isIdle()) {
        limits.open().busy(this);
      }
      Client client = Client.of(limits.budgets(), limits.open().isGuest(this));
      unanswered.add(client);
      if (unanswered.size() >= limits.pipelined()) {
        endPatience(Patience.End.OTHERS_BEHIND);
      }
      return client.asks(request);
    }

    private boolean isIdle() {
      return unanswered.isEmpty() && streams.isEmpty();
    }

    private void endPatience(Patience.End why) {
      unanswered.forEach(client -> client.patience().complete(why));
      lastStream.complete(why);
    }

    /** An answer that is a stream is under way until its last byte. */
    private HttpResponse answered(HttpResponse response) {
      Client client = unanswered.remove();
      client.body().close();
      if (response.entity().isStrict()) {
        client.answer().close();
        quiet();
        return response;
      }
      streams.add(client);
      lastStream = client.patience();
      AsyncCallback<Done> ended =
          createAsyncCallback(
              done -> {
                streams.remove(client);
                running--;
                quiet();
              });
      AsyncCallback<Done> begun = createAsyncCallback(done -> running++);
      return Streaming.through(
          EventStream.until(client.patience(), response),
          Flow.<ByteString>create()
              .watchTermination(
                  (mat, done) -> {
                    begun.invoke(Done.getInstance());
                    done.whenComplete(
                        (ok, failure) -> {
                          client.answer().close();
                          ended.invoke(Done.getInstance());
                        });
                    return mat;
                  }));
    }

    private void quiet() {
      quietSinceNanos = System.nanoTime();
      if (isIdle()) {
        limits.open().idle(this);
      }
    }

    @Override
    public void preStart() {
      limits.open().opened(this);
      Duration look = limits.idle().dividedBy(2);
      look = look.compareTo(LOOK) > 0 ? LOOK : look;
      scheduleWithFixedDelay("look", look, look);
    }

    @Override
    public void onTimer(Object key) {
      long quiet = System.nanoTime() - quietSinceNanos;
      Duration idle = limits.open().isGuest(this) ? LOOK : limits.idle();
      if (isIdle() && quiet > idle.toNanos()) {
        completeStage();
      } else if (running == 0
          && !isAvailable(responseOut)
          && limits.pace().isTooSlow(Answers.SLICE_BYTES, quiet)) {
        failStage(new TimeoutException("the client does not take its answers"));
      }
    }

    @Override
    public void close() {
      close.invoke(Done.getInstance());
    }

    @Override
    public void postStop() {
      endPatience(Patience.End.CLIENT_LEFT);
      unanswered.forEach(Client::close);
      // One that the protocol has not begun may never end.
      streams.forEach(client -> client.answer().giveBack());
      limits.open().closed(this);
    }
  }
}

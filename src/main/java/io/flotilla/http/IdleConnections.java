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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * Knows the requests under way on each connection: it stands between the protocol and the routes.
 *
 * <p>It closes a connection on which nothing was asked for a while. Akka HTTP's own idle time-out
 * can't tell a client that waits for the answer of a blocking query from one that has forgotten its
 * connection.
 *
 * <p>And it tells the requests under way when there is no {@link Patience} any more, as Akka HTTP
 * tells nobody that a client has left: it only ends the stream of requests.
 */
final class IdleConnections
    extends GraphStage<BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse>> {

  private final Inlet<HttpRequest> requestIn = Inlet.create("requestIn");
  private final Outlet<HttpRequest> requestOut = Outlet.create("requestOut");
  private final Inlet<HttpResponse> responseIn = Inlet.create("responseIn");
  private final Outlet<HttpResponse> responseOut = Outlet.create("responseOut");
  private final BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape =
      new BidiShape<>(requestIn, requestOut, responseIn, responseOut);
  private final Duration timeout;
  private final int pipelined;

  private IdleConnections(Duration timeout, int pipelined) {
    this.timeout = timeout;
    this.pipelined = pipelined;
  }

  /**
   * @param pipelined as many requests the protocol takes from a connection before it is answered
   */
  static BidiFlow<HttpRequest, HttpRequest, HttpResponse, HttpResponse, NotUsed> closedAfter(
      Duration timeout, int pipelined) {
    return BidiFlow.fromGraph(new IdleConnections(timeout, pipelined));
  }

  @Override
  public BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {
    /** Of the requests that have no answer yet, in their order. */
    private final Deque<CompletableFuture<Patience.End>> unanswered = new ArrayDeque<>();

    /** Answers that are streams and have not ended. */
    private int streams;

    private CompletableFuture<Patience.End> lastStream = new CompletableFuture<>();
    private long quietSinceNanos = System.nanoTime();

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
      CompletableFuture<Patience.End> patience = new CompletableFuture<>();
      unanswered.add(patience);
      if (unanswered.size() >= pipelined) {
        endPatience(Patience.End.OTHERS_BEHIND);
      }
      return Patience.with(request, patience);
    }

    private void endPatience(Patience.End why) {
      unanswered.forEach(patience -> patience.complete(why));
      lastStream.complete(why);
    }

    /** An answer that is a stream is under way until its last byte. */
    private HttpResponse answered(HttpResponse response) {
      CompletableFuture<Patience.End> patience = unanswered.remove();
      if (response.entity().isStrict()) {
        quietSinceNanos = System.nanoTime();
        return response;
      }
      streams++;
      lastStream = patience;
      AsyncCallback<Done> ended = createAsyncCallback(done -> streamEnded());
      return Streaming.through(
          EventStream.until(patience, response),
          Flow.<ByteString>create()
              .watchTermination(
                  (mat, done) -> {
                    done.whenComplete((ok, failure) -> ended.invoke(Done.getInstance()));
                    return mat;
                  }));
    }

    private void streamEnded() {
      streams--;
      quietSinceNanos = System.nanoTime();
    }

    @Override
    public void preStart() {
      scheduleWithFixedDelay("look", timeout.dividedBy(2), timeout.dividedBy(2));
    }

    @Override
    public void onTimer(Object key) {
      if (unanswered.isEmpty()
          && streams == 0
          && System.nanoTime() - quietSinceNanos > timeout.toNanos()) {
        completeStage();
      }
    }

    @Override
    public void postStop() {
      endPatience(Patience.End.CLIENT_LEFT);
    }
  }
}

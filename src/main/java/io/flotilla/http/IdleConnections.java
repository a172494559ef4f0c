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

/**
 * Closes a connection on which nothing was asked for a while. Akka HTTP's own idle time-out can't
 * tell a client that waits for the answer of a blocking query from one that has forgotten its
 * connection; this stage stands between the protocol and the routes, and counts the requests under
 * way.
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

  private IdleConnections(Duration timeout) {
    this.timeout = timeout;
  }

  static BidiFlow<HttpRequest, HttpRequest, HttpResponse, HttpResponse, NotUsed> closedAfter(
      Duration timeout) {
    return BidiFlow.fromGraph(new IdleConnections(timeout));
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
    private int underWay;
    private long quietSinceNanos = System.nanoTime();

    Logic() {
      super(shape);
      setHandler(
          requestIn,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              underWay++;
              push(requestOut, grab(requestIn));
            }

            @Override
            public void onUpstreamFinish() {
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

    /** An answer that is a stream is under way until its last byte. */
    private HttpResponse answered(HttpResponse response) {
      if (response.entity().isStrict()) {
        ended();
        return response;
      }
      AsyncCallback<Done> ended = createAsyncCallback(done -> ended());
      return Streaming.through(
          response,
          Flow.<ByteString>create()
              .watchTermination(
                  (mat, done) -> {
                    done.whenComplete((ok, failure) -> ended.invoke(Done.getInstance()));
                    return mat;
                  }));
    }

    private void ended() {
      underWay--;
      quietSinceNanos = System.nanoTime();
    }

    @Override
    public void preStart() {
      scheduleWithFixedDelay("look", timeout.dividedBy(2), timeout.dividedBy(2));
    }

    @Override
    public void onTimer(Object key) {
      if (underWay == 0 && System.nanoTime() - quietSinceNanos > timeout.toNanos()) {
        completeStage();
      }
    }
  }
}

package io.flotilla.http;

import akka.stream.Attributes;
import akka.stream.FlowShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;
import akka.stream.stage.TimerGraphStageLogic;
import akka.util.ByteString;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Passes a request's body through; fails it if the client sends too slowly for too long. */
final class Given extends GraphStage<FlowShape<ByteString, ByteString>> {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Inlet<ByteString> in = Inlet.create("in");
  private final Outlet<ByteString> out = Outlet.create("out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
  private final Pace pace;
  private final Runnable tooSlow;

  /**
   * @param tooSlow run before the body fails
   */
  Given(Pace pace, Runnable tooSlow) {
    this.pace = pace;
    this.tooSlow = tooSlow;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {
    private long passed;
    private long waitedNanos;
    private long askedNanos;

    Logic() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              ByteString bytes = grab(in);
              waitedNanos += pace.now() - askedNanos;
              passed += bytes.size();
              push(out, bytes);
            }
          });
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              askedNanos = pace.now();
              pull(in);
            }
          });
    }

    @Override
    public void preStart() {
      scheduleWithFixedDelay("look", LOOK, LOOK);
    }

    @Override
    public void onTimer(Object key) {
      if (hasBeenPulled(in) && pace.isTooSlow(passed, waitedNanos + pace.now() - askedNanos)) {
        tooSlow.run();
        failStage(new TimeoutException("the client sends too slowly"));
      }
    }
  }
}

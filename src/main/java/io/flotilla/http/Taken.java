package io.flotilla.http;

import akka.stream.Attributes;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.GraphStageLogic;
import akka.stream.stage.TimerGraphStageLogic;
import akka.util.ByteString;
import io.flotilla.memory.Account;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Lets the body of an answer pass as the client takes it. Each part counts as memory from when it
 * is made until it is taken; when there is no memory for it, it waits. A client that takes too
 * little for too long is given up.
 */
final class Taken extends ByteStage {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Parts up to here are among what a connection costs. */
  private static final int FREE_BYTES = 1024;

  private final Account account;
  private final Pace pace;

  Taken(Account account, Pace pace) {
    this.account = account;
    this.pace = pace;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {
    /** Waits for memory; or null. */
    private ByteString held;

    private long counted;
    private long passed;
    private long waitedNanos;

    /** When the client was given something, or else something began to wait for memory. */
    private long sinceNanos;

    Logic() {
      super(shape());
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              held = grab(in);
              sinceNanos = pace.now();
              pass();
            }

            @Override
            public void onUpstreamFinish() {
              if (held == null) {
                completeStage();
              }
            }
          });
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              account.release(counted);
              counted = 0;
              waitedNanos += passed == 0 ? 0 : pace.now() - sinceNanos;
              pull(in);
            }
          });
    }

    private void pass() {
      long bytes = held.size() > FREE_BYTES ? held.size() : 0;
      if (!account.tryAcquire(bytes)) {
        return; // until the next look
      }
      counted = bytes;
      passed += held.size();
      sinceNanos = pace.now();
      push(out, held);
      held = null;
      if (isClosed(in)) {
        completeStage();
      }
    }

    @Override
    public void preStart() {
      scheduleWithFixedDelay("look", LOOK, LOOK);
    }

    @Override
    public void onTimer(Object key) {
      long sofar = pace.now() - sinceNanos;
      if (held != null) {
        pass();
        if (held != null && sofar > pace.grace().toNanos()) {
          failStage(new TimeoutException("there is no memory for the rest of the answer"));
        }
      } else if (passed > 0 && !isAvailable(out) && pace.isTooSlow(passed, waitedNanos + sofar)) {
        failStage(new TimeoutException("the client does not take its answer"));
      }
    }

    @Override
    public void postStop() {
      account.release(counted);
    }
  }
}

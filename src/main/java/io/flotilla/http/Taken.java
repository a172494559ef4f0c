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
 * Passes an answer's body on as the client reads it. Each part counts as memory until it is read,
 * and waits while there is no memory for it. Fails if the client reads too slowly for too long.
 */
final class Taken extends ByteStage {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Parts up to this size are covered by the cost of the connection. */
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
    /** The part waiting for memory, or null. */
    private ByteString held;

    private long counted;
    private long passed;
    private long waitedNanos;

    /** When the last part was passed on, or began to wait for memory. */
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
        return; // tries again on the timer
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

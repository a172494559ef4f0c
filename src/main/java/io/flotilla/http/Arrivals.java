package io.flotilla.http;

import akka.Done;
import akka.NotUsed;
import akka.stream.Attributes;
import akka.stream.javadsl.Flow;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.GraphStageLogic;
import akka.util.ByteString;
import io.flotilla.memory.Account;
import io.flotilla.memory.Budget;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/**
 * What has come on one connection and is with the protocol's parser: a head or a chunk that is not
 * whole yet. The parser keeps it without a limit that a node could live with, and says nothing of
 * it; so the bytes are counted before they reach it, until it has made something of them.
 */
final class Arrivals {
  /**
   * One read from the network, {@code akka.io.tcp.direct-buffer-size}. As much is among what a
   * connection costs: what has come behind a request that is whole isn't known.
   */
  static final int FREE_BYTES = 16 * 1024;

  private final Account account;
  private final Pace pace;
  private final Runnable noRoom;
  private final CompletableFuture<Done> ended = new CompletableFuture<>();
  private long unused;
  private long sinceNanos;

  /**
   * @param budget of what has come
   * @param pace at which it has to come
   * @param noRoom is told when a connection has to end because the budget is used up
   */
  Arrivals(Budget budget, Pace pace, Runnable noRoom) {
    this.account = new Account(budget);
    this.pace = pace;
    this.noRoom = noRoom;
  }

  /** Bytes of which the parser has made nothing yet. */
  synchronized long unused() {
    return unused;
  }

  /** Whether what the parser waits for comes too slowly. */
  synchronized boolean areTooSlow() {
    return unused > 0 && pace.isTooSlow(unused, pace.now() - sinceNanos);
  }

  /** The parser has made something of what has come; may be called from any thread. */
  synchronized void used() {
    unused = 0;
    account.giveBack();
  }

  /** Completes when nothing can come any more and all that was sent has left. */
  CompletionStage<Done> ended() {
    return ended;
  }

  private synchronized boolean come(long bytes) {
    if (unused == 0) {
      sinceNanos = pace.now();
    }
    long counted = Math.max(0, unused - FREE_BYTES);
    unused += bytes;
    return account.tryAcquire(Math.max(0, unused - FREE_BYTES) - counted);
  }

  /** Lets the bytes pass; when there is no room for them the connection ends. */
  Flow<ByteString, ByteString, NotUsed> counted() {
    return Flow.fromGraph(new Stage());
  }

  private final class Stage extends ByteStage {

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
      return new Logic();
    }

    private final class Logic extends GraphStageLogic {
      Logic() {
        super(shape());
        setHandler(
            in,
            new AbstractInHandler() {
              @Override
              public void onPush() {
                ByteString bytes = grab(in);
                if (come(bytes.size())) {
                  push(out, bytes);
                } else {
                  noRoom.run();
                  completeStage();
                }
              }
            });
        setHandler(
            out,
            new AbstractOutHandler() {
              @Override
              public void onPull() {
                pull(in);
              }

              /** The protocol has waited for the client to take what was sent, and now gives up. */
              @Override
              public void onDownstreamFinish(Throwable cause) {
                cancel(in, new TimeoutException("the client does not take its last answer"));
              }
            });
      }

      @Override
      public void postStop() {
        account.close();
        ended.complete(Done.getInstance());
      }
    }
  }
}

package io.flotilla.http;

import akka.Done;
import akka.NotUsed;
import akka.stream.Attributes;
import akka.stream.BidiShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.javadsl.BidiFlow;
import akka.stream.javadsl.Flow;
import akka.stream.scaladsl.TcpAttributes;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.AsyncCallback;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;
import akka.util.ByteString;
import io.flotilla.memory.Account;
import io.flotilla.memory.Budget;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/**
 * The bytes of one connection, between the network and the protocol. It is there as long as the
 * connection, whatever the protocol has ended before.
 *
 * <p>What has come may be with the protocol's parser: a head or a chunk that is not whole yet. The
 * parser keeps it without a limit that a node could live with, and says nothing of it; so the bytes
 * are counted before they reach it, until it has made something of them.
 *
 * <p>What is sent is written piece by piece, and how long a client takes for a piece is known.
 */
final class Line {
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
  private long comingSinceNanos;
  private long leaving;
  private long leavingSinceNanos;
  private volatile AsyncCallback<Done> abort;

  /**
   * @param budget of what has come
   * @param pace at which it has to come, and what is sent has to be taken
   * @param noRoom is told when a connection has to end because the budget is used up
   */
  Line(Budget budget, Pace pace, Runnable noRoom) {
    this.account = new Account(budget);
    this.pace = pace;
    this.noRoom = noRoom;
  }

  /** Bytes of which the parser has made nothing yet. */
  synchronized long unused() {
    return unused;
  }

  /** Whether what the parser waits for comes too slowly. */
  synchronized boolean givesTooSlowly() {
    return unused > 0 && pace.isTooSlow(unused, pace.now() - comingSinceNanos);
  }

  /** Whether the client takes what is being written too slowly. */
  synchronized boolean takesTooSlowly() {
    return leaving > 0 && pace.isTooSlow(leaving, pace.now() - leavingSinceNanos);
  }

  /** Whether nothing waits to be written. */
  synchronized boolean hasWritten() {
    return leaving == 0;
  }

  /** The parser has made something of what has come; may be called from any thread. */
  synchronized void used() {
    unused = 0;
    account.giveBack();
  }

  /** Completes when the connection is no more. */
  CompletionStage<Done> ended() {
    return ended;
  }

  /** Ends the connection at once, whatever is still to be sent. */
  void abort() {
    abort.invoke(Done.getInstance());
  }

  private synchronized boolean come(long bytes) {
    if (unused == 0) {
      comingSinceNanos = pace.now();
    }
    long counted = Math.max(0, unused - FREE_BYTES);
    unused += bytes;
    return account.tryAcquire(Math.max(0, unused - FREE_BYTES) - counted);
  }

  private synchronized void leave(long bytes) {
    leaving = bytes;
    leavingSinceNanos = pace.now();
  }

  /**
   * Between the protocol and this connection to the network. With the smallest buffer there, a
   * piece is asked for when the one before it has been written.
   */
  Flow<ByteString, ByteString, NotUsed> to(Flow<ByteString, ByteString, NotUsed> network) {
    return BidiFlow.fromGraph(new Stage())
        .join(network.addAttributes(TcpAttributes.tcpWriteBufferSize(1)));
  }

  private final class Stage
      extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {
    private final Inlet<ByteString> sent = Inlet.create("sent");
    private final Outlet<ByteString> toNetwork = Outlet.create("toNetwork");
    private final Inlet<ByteString> fromNetwork = Inlet.create("fromNetwork");
    private final Outlet<ByteString> received = Outlet.create("received");
    private final BidiShape<ByteString, ByteString, ByteString, ByteString> shape =
        new BidiShape<>(sent, toNetwork, fromNetwork, received);

    @Override
    public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
      return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
      return new Logic();
    }

    private final class Logic extends GraphStageLogic {
      Logic() {
        super(shape);
        setHandler(
            fromNetwork,
            new AbstractInHandler() {
              @Override
              public void onPush() {
                ByteString bytes = grab(fromNetwork);
                if (come(bytes.size())) {
                  push(received, bytes);
                } else {
                  noRoom.run();
                  complete(received);
                  cancel(fromNetwork);
                }
              }

              /** The client has closed its side; it may still read what comes. */
              @Override
              public void onUpstreamFinish() {
                complete(received);
              }
            });
        setHandler(
            received,
            new AbstractOutHandler() {
              @Override
              public void onPull() {
                pull(fromNetwork);
              }

              /** The protocol has waited for the client to take what was sent, and now gives up. */
              @Override
              public void onDownstreamFinish(Throwable cause) {
                cancel(fromNetwork, new TimeoutException("the client does not take its answer"));
              }
            });
        setHandler(
            sent,
            new AbstractInHandler() {
              @Override
              public void onPush() {
                ByteString bytes = grab(sent);
                leave(bytes.size());
                push(toNetwork, bytes);
              }

              /** Ends when all has been written; until then the connection can be aborted. */
              @Override
              public void onUpstreamFinish() {
                if (isAvailable(toNetwork)) {
                  complete(toNetwork);
                }
              }
            });
        setHandler(
            toNetwork,
            new AbstractOutHandler() {
              @Override
              public void onPull() {
                leave(0);
                if (isClosed(sent)) {
                  complete(toNetwork);
                } else {
                  pull(sent);
                }
              }

              @Override
              public void onDownstreamFinish(Throwable cause) {
                cancel(sent, cause);
              }
            });
      }

      @Override
      public void preStart() {
        abort =
            createAsyncCallback(
                done -> failStage(new TimeoutException("the connection does not get on")));
      }

      @Override
      public void postStop() {
        account.close();
        ended.complete(Done.getInstance());
      }
    }
  }
}

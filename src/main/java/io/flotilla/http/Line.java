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
 * The bytes of one connection, between the network and the protocol. It lasts as long as the
 * connection, even if the protocol ends earlier.
 *
 * <p>The protocol's parser buffers incomplete heads and chunks, with limits too high for a node and
 * without reporting how much. So the bytes are counted before they reach the parser, until it has
 * turned them into something.
 *
 * <p>Output is written piece by piece, to measure how long the client takes for each.
 */
final class Line {
  /**
   * One read from the network, {@code akka.io.tcp.direct-buffer-size}. The cost of a connection
   * covers this much, because it isn't known how much has arrived after a complete request.
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
   * @param budget for unparsed input
   * @param pace at which the client must send and read
   * @param noRoom run when the connection must end because the budget is used up
   */
  Line(Budget budget, Pace pace, Runnable noRoom) {
    this.account = new Account(budget);
    this.pace = pace;
    this.noRoom = noRoom;
  }

  /** Bytes that the parser has not yet turned into anything. */
  synchronized long unused() {
    return unused;
  }

  /** Whether the client sends too slowly what the parser is waiting for. */
  synchronized boolean givesTooSlowly() {
    return unused > 0 && pace.isTooSlow(unused, pace.now() - comingSinceNanos);
  }

  /** Whether the client reads too slowly what is being written. */
  synchronized boolean takesTooSlowly() {
    return leaving > 0 && pace.isTooSlow(leaving, pace.now() - leavingSinceNanos);
  }

  /** Whether everything has been written. */
  synchronized boolean hasWritten() {
    return leaving == 0;
  }

  /** Called when the parser has produced something; from any thread. */
  synchronized void used() {
    unused = 0;
    account.giveBack();
  }

  /** Completes when the connection is closed. */
  CompletionStage<Done> ended() {
    return ended;
  }

  /** Ends the connection at once, dropping unsent output. */
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
   * Puts this between the protocol and the network. Thanks to the smallest possible write buffer
   * there, a piece is requested only when the previous one has been written.
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

              /** The client has closed its side; it may still read. */
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

              /** The protocol has given up waiting for the client to read. */
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

              /** Ends once everything is written; until then the connection can be aborted. */
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

package io.flotilla.http;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.RequestEntity;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import akka.stream.Attributes;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.flotilla.memory.Account;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The body of one request, as it arrives: read as a whole, or passed on as a stream, or dropped if
 * nobody wants it. What has arrived of a whole one counts as memory until the request is answered.
 *
 * <p>Methods are called on the connection's event loop, unless they say otherwise.
 */
final class Incoming {
  /** How much of a body is taken before anybody has asked for it. */
  private static final long AHEAD_BYTES = Line.READ_BYTES;

  /** How much of a body that nobody wants is read, to keep the connection. */
  private static final long DROPPED_BYTES = 256 * 1024;

  /** Of the first stage of a stream, which otherwise takes 16 parts before it needs the first. */
  private static final Attributes ONE_AHEAD = Attributes.inputBuffer(1, 1);

  private enum Use {
    /** What it is for isn't known yet. */
    NONE,
    WHOLE,
    STREAM,
    DROPPED
  }

  private final ContentType type;
  private final long declared;
  private final Account account;
  private final Runnable changed;
  private final Executor loop;
  private final Pieces pieces = new Pieces();
  private final CompletableFuture<HttpEntity.Strict> whole = new CompletableFuture<>();
  private Use use = Use.NONE;
  private long arrived;
  private long maxBytes;
  private boolean ended;
  private Throwable failure;
  private Subscriber<? super ByteString> subscriber;
  private long demand;

  /**
   * @param declared its length; negative: not known before its end
   * @param account of what has arrived
   * @param loop of the connection
   * @param changed run when more of it can be used, or less
   */
  Incoming(ContentType type, long declared, Account account, Executor loop, Runnable changed) {
    this.type = type;
    this.declared = declared;
    this.account = account;
    this.loop = loop;
    this.changed = changed;
    this.ended = declared == 0;
  }

  // ---- what the connection tells

  boolean isWhole() {
    return ended;
  }

  /** Whether no more of it comes. */
  boolean isOver() {
    return ended || failure != null;
  }

  /** Whether another part is of use. */
  boolean wantsMore() {
    return switch (use) {
      case NONE -> pieces.bytes() < AHEAD_BYTES;
      case WHOLE -> !whole.isDone();
      case STREAM ->
          failure == null && (demand > 0 || subscriber == null && pieces.bytes() < AHEAD_BYTES);
      case DROPPED -> failure == null;
    };
  }

  /** Whether an answer waits for its end: if nobody wants the rest, and that isn't much. */
  boolean isAwaited() {
    return use == Use.DROPPED
        && failure == null
        && Math.max(arrived, declared - arrived) <= DROPPED_BYTES;
  }

  /** Whether it must arrive within a given time; what is passed on is as slow as who takes it. */
  boolean isTimed() {
    return use != Use.STREAM;
  }

  void add(byte[] bytes) {
    arrived += bytes.length;
    if (use == Use.WHOLE) {
      addToWhole(bytes);
    } else if (use != Use.DROPPED && failure == null) {
      pieces.add(bytes);
      deliver();
    }
  }

  private void addToWhole(byte[] bytes) {
    if (whole.isDone()) {
      return;
    } else if (arrived > maxBytes) {
      fail(tooLarge());
    } else if (!account.tryAcquire(bytes.length)) {
      fail(overloaded(account));
    } else {
      pieces.add(bytes);
    }
  }

  void end() {
    synchronized (this) {
      ended = true;
    }
    if (use == Use.WHOLE && !whole.isDone()) {
      whole.complete(strict());
    } else {
      deliver();
    }
  }

  /** No more of it will come, or will be read. */
  void fail(Throwable why) {
    whole.completeExceptionally(why); // unless it has been given to whoever asked for it
    if (!ended && failure == null) {
      failure = why;
      deliver();
    }
  }

  static ApiError endedEarly() {
    return incomplete(StatusCodes.BAD_REQUEST, "The body ended early.");
  }

  static ApiError late(Duration timeout) {
    return incomplete(
        StatusCodes.REQUEST_TIMEOUT,
        "The body did not arrive within " + timeout.toMillis() + " ms.");
  }

  private static ApiError incomplete(StatusCode status, String message) {
    return new ApiError(status, "body-incomplete", message);
  }

  private ApiError tooLarge() {
    return new ApiError(
        StatusCodes.PAYLOAD_TOO_LARGE,
        "body-too-large",
        "Request body is too large. Value exceeds " + maxBytes + " byte limit.");
  }

  static ApiError overloaded(Account account) {
    return ClientLimits.lacking(
        account, "This node is receiving too much data at once; try later.");
  }

  // ---- what the routes ask

  /** Reads it as a whole. To be called before anything else is, by whoever gets the request. */
  CompletionStage<HttpEntity.Strict> whole(long maxBytes) {
    this.maxBytes = maxBytes;
    use = Use.WHOLE;
    if (Math.max(declared, arrived) > maxBytes) {
      fail(tooLarge());
    } else if (!account.tryAcquire(arrived)) {
      fail(overloaded(account));
    } else if (ended) {
      whole.complete(strict());
    }
    return whole;
  }

  private HttpEntity.Strict strict() {
    return HttpEntities.create(type, pieces.all());
  }

  /** Keeps it for {@link #entity()}, in place of {@link #whole}. */
  void stream() {
    use = Use.STREAM;
  }

  /** To be passed on as it comes. From any thread. */
  synchronized RequestEntity entity() {
    if (ended && use == Use.STREAM) {
      return strict();
    }
    Publisher<ByteString> publisher = this::subscribe;
    Source<ByteString, ?> bytes =
        Source.fromPublisher(publisher).map(part -> part).addAttributes(ONE_AHEAD);
    return declared < 0
        ? HttpEntities.createChunked(type, bytes)
        : HttpEntities.create(type, declared, bytes);
  }

  /** Nobody wants what is left of it. */
  void drop() {
    if (use == Use.NONE || use == Use.STREAM && subscriber == null) {
      forget();
    }
  }

  private synchronized void forget() {
    use = Use.DROPPED;
    pieces.forget();
  }

  /** There is one subscriber at most, and none after it has been dropped. */
  void subscribe(Subscriber<? super ByteString> to) {
    loop.execute(
        () -> {
          to.onSubscribe(new Demand());
          if (use == Use.STREAM && subscriber == null) {
            subscriber = to;
            deliver();
          } else {
            to.onError(endedEarly());
          }
        });
  }

  private final class Demand implements Subscription {
    @Override
    public void request(long n) {
      loop.execute(
          () -> {
            demand = Math.min(Long.MAX_VALUE - n, demand) + n;
            deliver();
            changed.run();
          });
    }

    @Override
    public void cancel() {
      loop.execute(
          () -> {
            subscriber = null;
            forget();
            changed.run();
          });
    }
  }

  private void deliver() {
    while (subscriber != null && demand > 0 && pieces.bytes() > 0) {
      demand--;
      subscriber.onNext(pieces.next());
    }
    if (subscriber != null && (failure != null || ended && pieces.bytes() == 0)) {
      Subscriber<? super ByteString> told = subscriber;
      subscriber = null;
      forget();
      if (failure == null) {
        told.onComplete();
      } else {
        told.onError(failure);
      }
    }
  }
}

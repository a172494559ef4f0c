package io.flotilla.http;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import akka.stream.BoundedSourceQueue;
import akka.stream.KillSwitches;
import akka.stream.QueueOfferResult;
import akka.stream.SharedKillSwitch;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * One client's answer of server-sent events
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html). What is sent waits in a bounded
 * queue, and counts as memory ({@link PendingEvents}): a client that does not read as fast as
 * events come gets what is in it, then the event {@code slow}, and the answer ends. While nothing
 * happens a comment is sent every 10 s.
 */
final class EventStream {
  /** What may wait for a client, in bytes, however much memory there is. */
  private static final long MAX_PENDING_BYTES = 8L << 20;

  private static final int MAX_PENDING = 65_536;
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final ByteString HEARTBEAT_COMMENT = ByteString.fromString(": heartbeat\n\n");

  /** Sent at once, so that the client knows it is connected. */
  private static final ByteString GREETING = ByteString.fromString("retry: 1000\n\n");

  private static final ContentType TYPE = ContentTypes.parse("text/event-stream; charset=utf-8");

  private final BoundedSourceQueue<ByteString> queue;
  private final ByteString slow;
  private final PendingEvents memory;

  /** What waits in the queue. Guarded by itself, as is the sum of it. */
  private final Deque<ByteString> pending = new ArrayDeque<>();

  private long pendingBytes;
  private boolean gone;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile ByteString farewell = ByteString.emptyByteString();
  private volatile Runnable leave = () -> {};

  private EventStream(BoundedSourceQueue<ByteString> queue, PendingEvents memory, String slow) {
    this.queue = queue;
    this.memory = memory;
    this.slow = event("slow", new Message(slow));
  }

  /**
   * @param memory for what waits
   * @param slow message of the event {@code slow}
   * @param join subscribes to what is to be sent; what it returns is run once the client is gone or
   *     too slow, perhaps more than once
   */
  static HttpResponse answer(
      ActorSystem<?> system,
      PendingEvents memory,
      String slow,
      Function<EventStream, Runnable> join) {
    var queue = Source.<ByteString>queue(MAX_PENDING).preMaterialize(system);
    EventStream stream = new EventStream(queue.first(), memory, slow);
    Runnable leave = join.apply(stream);
    stream.leave = leave;
    Source<ByteString, ?> events =
        Source.single(GREETING)
            .concat(queue.second().map(stream::sent))
            .concatLazy(Source.lazySource(() -> Source.single(stream.farewell)))
            .keepAlive(HEARTBEAT, () -> HEARTBEAT_COMMENT)
            .watchTermination(
                (mat, done) -> {
                  done.whenComplete(
                      (ok, failure) -> {
                        stream.forget();
                        leave.run();
                      });
                  return mat;
                });
    return HttpResponse.create()
        .addHeader(RawHeader.create("Cache-Control", "no-cache"))
        .withEntity(HttpEntities.createChunked(TYPE, events));
  }

  static boolean is(HttpResponse response) {
    return response.entity().getContentType().mediaType().toString().equals("text/event-stream");
  }

  /**
   * A stream of events, whoever sends them, ends with the patience; another answer is whole. Akka
   * HTTP's transformation of a chunked body would not end before the events do.
   */
  static HttpResponse until(CompletionStage<?> patience, HttpResponse response) {
    if (!is(response)) {
      return response;
    }
    ContentType type = response.entity().getContentType();
    SharedKillSwitch end = KillSwitches.shared("events");
    patience.thenRun(end::shutdown);
    return response.withEntity(
        HttpEntities.createChunked(type, response.entity().getDataBytes().via(end.flow())));
  }

  /**
   * @param data written as JSON
   */
  static ByteString event(String name, Object data) {
    return ByteString.fromString("event: " + name + "\ndata: " + Json.text(data) + "\n\n");
  }

  private record Message(@JsonProperty("Message") String message) {}

  /** An event after which a client resumes with this id. */
  static ByteString event(Object id, String name, Object data) {
    return ByteString.fromString("id: " + id + "\n").concat(event(name, data));
  }

  /** To a client that is gone, or whose answer has ended, nothing is sent. */
  void send(ByteString events) {
    if (ended.get()) {
      return;
    }
    if (!offer(events)) {
      end(slow);
      leave.run();
    }
  }

  private boolean offer(ByteString events) {
    synchronized (pending) {
      boolean full =
          pendingBytes + events.size() > Math.min(MAX_PENDING_BYTES, memory.bytesForOne());
      if (gone || full || !memory.tryAcquire(events)) {
        return false;
      }
      if (queue.offer(events) != QueueOfferResult.enqueued()) {
        memory.release(events);
        return false;
      }
      pending.add(events);
      pendingBytes += events.size();
      return true;
    }
  }

  /** What waits is still sent, then this, and the answer ends; the first to end it is the one. */
  void end(ByteString last) {
    if (ended.compareAndSet(false, true)) {
      farewell = last;
      try {
        queue.complete();
      } catch (IllegalStateException gone) {
        // The client hung up, which has closed the queue already. That can't be asked beforehand.
      }
    }
  }

  /** The client is to ask anew, which a browser's EventSource does by itself. */
  void end() {
    end(ByteString.emptyByteString());
  }

  private ByteString sent(ByteString events) {
    synchronized (pending) {
      if (!gone) {
        memory.release(pending.remove());
        pendingBytes -= events.size();
      }
    }
    return events;
  }

  /** The client is gone, or has it all: nothing waits for it any more. */
  private void forget() {
    synchronized (pending) {
      gone = true;
      pending.forEach(memory::release);
      pending.clear();
    }
  }
}

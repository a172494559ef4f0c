package io.flotilla.http;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.AttributeKey;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * A stream to one client that has no end of its own: server-sent events
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html), or plain lines. Events wait in
 * a bounded queue and count as memory ({@link PendingEvents}). A client that reads too slowly gets
 * what is in the queue, then the event {@code slow}, and the stream ends. While no events happen, a
 * comment is sent every 10 s; plain lines have neither.
 */
final class EventStream {
  /** Limit in bytes of what may wait for a client, however much memory is free. */
  private static final long MAX_PENDING_BYTES = 8L << 20;

  private static final int MAX_PENDING = 65_536;
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final ByteString HEARTBEAT_COMMENT = ByteString.fromString(": heartbeat\n\n");

  /** Sent at once, so that the client knows it is connected. */
  private static final ByteString GREETING = ByteString.fromString("retry: 1000\n\n");

  /** What an endless answer has, however it is written. */
  private static final AttributeKey<Boolean> ENDLESS =
      AttributeKey.create("endless", Boolean.class);

  private static final ContentType TYPE = ContentTypes.parse("text/event-stream; charset=utf-8");

  /**
   * How it is written. What is empty is not sent.
   *
   * @param slow the last that a client is sent who reads too slowly
   */
  private record Form(
      ContentType type, ByteString greeting, ByteString heartbeat, ByteString slow) {}

  private final BoundedSourceQueue<ByteString> queue;
  private final ByteString slow;
  private final PendingEvents memory;

  /** The events in the queue. Also guards their total size. */
  private final Deque<ByteString> pending = new ArrayDeque<>();

  private long pendingBytes;
  private boolean gone;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile ByteString farewell = ByteString.emptyByteString();
  private volatile Runnable leave = () -> {};

  private EventStream(BoundedSourceQueue<ByteString> queue, PendingEvents memory, ByteString slow) {
    this.queue = queue;
    this.memory = memory;
    this.slow = slow;
  }

  /**
   * @param memory for events waiting to be sent
   * @param slow the message in the event {@code slow}
   * @param join subscribes to the events; the Runnable it returns is run when the client is gone or
   *     too slow, perhaps more than once
   */
  static HttpResponse answer(
      ActorSystem<?> system,
      PendingEvents memory,
      String slow,
      Function<EventStream, Runnable> join) {
    ByteString last = event("slow", new Message(slow));
    return answer(system, memory, new Form(TYPE, GREETING, HEARTBEAT_COMMENT, last), join);
  }

  /**
   * The same for plain lines of text.
   *
   * @param join as for events
   */
  static HttpResponse lines(
      ActorSystem<?> system, PendingEvents memory, Function<EventStream, Runnable> join) {
    ByteString nothing = ByteString.emptyByteString();
    Form lines = new Form(ContentTypes.TEXT_PLAIN_UTF8, nothing, nothing, nothing);
    return answer(system, memory, lines, join);
  }

  private static HttpResponse answer(
      ActorSystem<?> system,
      PendingEvents memory,
      Form form,
      Function<EventStream, Runnable> join) {
    var queue = Source.<ByteString>queue(MAX_PENDING).preMaterialize(system);
    EventStream stream = new EventStream(queue.first(), memory, form.slow());
    Runnable leave = join.apply(stream);
    stream.leave = leave;
    Source<ByteString, ?> events =
        Source.single(form.greeting())
            .concat(queue.second().map(stream::sent))
            .concatLazy(Source.lazySource(() -> Source.single(stream.farewell)))
            .keepAlive(HEARTBEAT, form::heartbeat)
            .filter(bytes -> !bytes.isEmpty())
            .watchTermination(
                (mat, done) -> {
                  memory.opened();
                  done.whenComplete(
                      (ok, failure) -> {
                        memory.closed();
                        stream.forget();
                        leave.run();
                      });
                  return mat;
                });
    return HttpResponse.create()
        .addAttribute(ENDLESS, true)
        .addHeader(RawHeader.create("Cache-Control", "no-cache"))
        .withEntity(HttpEntities.createChunked(form.type(), events));
  }

  /** Also if it is another server's, and comes through a proxy. */
  static boolean is(HttpResponse response) {
    return response.getAttribute(ENDLESS).isPresent()
        || response.entity().getContentType().mediaType().toString().equals("text/event-stream");
  }

  /**
   * Ends a stream of events when patience is over; leaves other answers alone. Akka HTTP's own
   * transformation of a chunked body would not end before the events do.
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
   * The same, for an end that need not be waited for any longer when the events have ended.
   *
   * @param end completed then, too
   */
  static HttpResponse during(CompletableFuture<Void> end, HttpResponse response) {
    HttpResponse ending = until(end, response);
    return ending.withEntity(
        HttpEntities.createChunked(
            ending.entity().getContentType(),
            ending
                .entity()
                .getDataBytes()
                .watchTermination(
                    (mat, done) -> {
                      done.whenComplete((ok, failure) -> end.complete(null));
                      return mat;
                    })));
  }

  /**
   * @param data written as JSON
   */
  static ByteString event(String name, Object data) {
    return ByteString.fromString("event: " + name + "\ndata: " + Json.text(data) + "\n\n");
  }

  private record Message(@JsonProperty("Message") String message) {}

  /** An event whose id lets a client resume after it. */
  static ByteString event(Object id, String name, Object data) {
    return ByteString.fromString("id: " + id + "\n").concat(event(name, data));
  }

  /** Does nothing if the client is gone or its stream has ended. */
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

  /** Sends what is waiting, then this, and ends the stream. Only the first call counts. */
  void end(ByteString last) {
    if (ended.compareAndSet(false, true)) {
      farewell = last;
      try {
        queue.complete();
      } catch (IllegalStateException gone) {
        // The client hung up, which closed the queue; that can't be checked beforehand.
      }
    }
  }

  /** Ends the stream so that the client reconnects, as a browser's EventSource does. */
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

  /** The client is gone or has received everything: releases what was waiting. */
  private void forget() {
    synchronized (pending) {
      gone = true;
      pending.forEach(memory::release);
      pending.clear();
    }
  }
}

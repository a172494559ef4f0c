package io.flotilla.journal;

import io.flotilla.async.Futures;
import io.flotilla.journal.PeerMessage.Answer;
import io.flotilla.journal.PeerMessage.Forward;
import io.flotilla.journal.PeerMessage.Kind;
import io.flotilla.journal.PeerMessage.Status;
import io.flotilla.wire.Wire;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;

/**
 * Sends requests to the leader, wherever it is, and keeps trying until the deadline.
 *
 * <p>On the leader's node a request goes straight to Raft; other nodes forward it. If the leader
 * changes or doesn't answer, the request is sent again: repeated commands are recognised, so the
 * next attempt settles what a failed one left open, unless it is refused. Then, and past the
 * deadline, the outcome is unknown, unless nothing was ever sent.
 */
final class Submitter {
  private static final byte[] NOTHING = new byte[0];
  private static final int MAX_SERVED = 4000;

  private final JournalSettings settings;
  private final Supplier<RaftNode> raft;
  private final java.util.function.BiConsumer<String, PeerMessage> send;
  private final LeadCheck leadCheck;
  private final GroupCommit groupCommit;
  private final LongSupplier nanoTime;
  private final Map<Long, Request> requests = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicLong forwarded = new AtomicLong();
  private volatile boolean closed;

  /** One request and its attempts; mutable fields are guarded by the request itself. */
  private static final class Request {
    final long id;
    final Kind kind;
    final byte[] body;
    final long deadline;
    final CompletableFuture<Reply> result = new CompletableFuture<>();
    int attempt;
    boolean underWay;
    String target;
    long retryAt;

    Request(long id, Kind kind, byte[] body, long deadline) {
      this.id = id;
      this.kind = kind;
      this.body = body;
      this.deadline = deadline;
    }
  }

  /**
   * @param raft supplies null while this node isn't up
   * @param send takes a node id
   * @param mayGroup see {@link GroupCommit}
   */
  Submitter(
      JournalSettings settings,
      Supplier<RaftNode> raft,
      java.util.function.BiConsumer<String, PeerMessage> send,
      LeadCheck leadCheck,
      BooleanSupplier mayGroup,
      LogMeters meters,
      LongSupplier nanoTime) {
    this.settings = settings;
    this.raft = raft;
    this.send = send;
    this.leadCheck = leadCheck;
    this.groupCommit = new GroupCommit(mayGroup, bytes -> raft.get().write(bytes), meters);
    this.nanoTime = nanoTime;
    meters.observe(this);
  }

  /** Appends to the log. Fails with a {@link JournalException}. */
  CompletableFuture<Reply> write(Command command) {
    return submit(Kind.WRITE, LogCodec.encode(command), settings.deadline().toNanos());
  }

  /** Asks, linearizably, whether the epoch is still current: {@code Done} or {@code Fenced}. */
  CompletableFuture<Reply> confirm(String persistenceId, long epoch) {
    RaftNode node = raft.get();
    // Read after the question has arrived, so it counts as this member's answer to the leader.
    LeadCheck.Term own =
        node == null ? LeadCheck.Term.UNKNOWN : new LeadCheck.Term(node.term(), node.peerId());
    byte[] body = Wire.PLAIN.write(new PeerMessage.Confirm(epoch, persistenceId, own));
    return submit(Kind.CONFIRM, body, settings.readDeadline().toNanos());
  }

  private CompletableFuture<Reply> submit(Kind kind, byte[] body, long nanos) {
    if (closed) {
      return CompletableFuture.failedFuture(new NoQuorumException("this node is stopping"));
    }
    if (inFlight.incrementAndGet() > settings.maxInFlight()) {
      inFlight.decrementAndGet();
      return CompletableFuture.failedFuture(
          new OverloadException(
              settings.maxInFlight()
                  + " requests are under way (flotilla.journal.max-in-flight); retry later"));
    }
    Request request = new Request(ids.incrementAndGet(), kind, body, nanoTime.getAsLong() + nanos);
    requests.put(request.id, request);
    attempt(request);
    return request.result;
  }

  private void attempt(Request request) {
    RaftNode node = raft.get();
    if (node == null) {
      return;
    }
    boolean local = node.isLeaderReady();
    String leader = local ? node.peerId() : node.leader();
    if (leader == null || (!local && leader.equals(node.peerId()))) {
      return;
    }
    int number;
    synchronized (request) {
      if (request.underWay && leader.equals(request.target)) {
        return;
      }
      request.underWay = true;
      request.target = leader;
      number = ++request.attempt;
      // In process, Ratis itself ends an attempt when it loses the lead; a second entry, while the
      // first waits for a slow disk, would only slow the disk further.
      request.retryAt =
          local ? request.deadline : nanoTime.getAsLong() + settings.attemptTimeout().toNanos();
    }
    if (local) {
      perform(node, request.kind, request.body)
          .whenComplete((reply, failure) -> performed(request, number, reply, failure));
    } else {
      send.accept(
          RaftNode.nodeOf(leader), new Forward(request.id, number, request.kind, request.body));
    }
  }

  /** In process, on the leader. */
  private CompletableFuture<Reply> perform(RaftNode node, Kind kind, byte[] body) {
    if (kind == Kind.WRITE) {
      return groupCommit.write(body);
    }
    PeerMessage.Confirm question = Wire.PLAIN.read(PeerMessage.Confirm.class, body);
    return leadCheck
        .confirm(node, question.asker())
        .thenApply(
            leads -> {
              long current = node.machine().state().entity(question.persistenceId()).epoch();
              return current == question.epoch()
                  ? new Reply.Done(node.machine().appliedIndex())
                  : new Reply.Fenced(current);
            });
  }

  private void performed(Request request, int number, Reply reply, Throwable failure) {
    if (failure == null) {
      complete(request, number, reply);
      return;
    }
    attemptFailed(request, number, statusOf(failure));
  }

  private static Status statusOf(Throwable failure) {
    return Futures.unwrap(failure) instanceof ResourceUnavailableException
        ? Status.OVERLOAD
        : Status.NOT_LEADER;
  }

  private void attemptFailed(Request request, int number, Status status) {
    synchronized (request) {
      if (request.attempt != number) {
        return;
      }
      request.underWay = false;
    }
    // A refusal says nothing about the outcome of earlier attempts.
    if (status == Status.OVERLOAD && number == 1) {
      fail(request, new OverloadException("the leader has too many requests; retry later"));
    }
  }

  /** The leader has changed or become ready: sends it everything not already waiting for it. */
  void leaderChanged() {
    requests.values().forEach(this::attempt);
  }

  /** Called every few milliseconds. */
  void tick() {
    if (requests.isEmpty()) {
      return;
    }
    long now = nanoTime.getAsLong();
    for (Request request : requests.values()) {
      if (now - request.deadline >= 0) {
        expire(request);
        continue;
      }
      synchronized (request) {
        if (request.underWay && now - request.retryAt >= 0) {
          request.underWay = false;
        }
      }
      attempt(request);
    }
  }

  private void expire(Request request) {
    boolean sent;
    synchronized (request) {
      sent = request.attempt > 0;
    }
    if (request.kind == Kind.WRITE && sent) {
      fail(
          request,
          new OutcomeUnknownException(
              "no answer from the log's leader within "
                  + settings.deadline().toMillis()
                  + " ms; the write may or may not have been done"));
    } else {
      fail(request, new NoQuorumException("no leader with a majority of the members answered"));
    }
  }

  /**
   * The refusal of a repeat says nothing about earlier attempts: one of them may have succeeded
   * just before another writer took over.
   */
  private void complete(Request request, int number, Reply reply) {
    boolean refused = reply instanceof Reply.Fenced || reply instanceof Reply.OutOfOrder;
    if (refused && request.kind == Kind.WRITE && number > 1) {
      fail(
          request,
          new OutcomeUnknownException(
              "another writer took over while the write was under way; it may have been done"));
      return;
    }
    if (requests.remove(request.id) != null) {
      inFlight.decrementAndGet();
      request.result.complete(reply);
    }
  }

  private void fail(Request request, JournalException cause) {
    if (requests.remove(request.id) != null) {
      inFlight.decrementAndGet();
      request.result.completeExceptionally(cause);
    }
  }

  /** The leader's node answered. */
  void answered(Answer answer) {
    Request request = requests.get(answer.id());
    if (request == null) {
      return;
    }
    if (answer.status() == Status.OK) {
      if (request.kind == Kind.WRITE) {
        forwarded.incrementAndGet();
      }
      complete(
          request, answer.attempt(), LogCodec.decodeReply(java.nio.ByteBuffer.wrap(answer.body())));
    } else {
      attemptFailed(request, answer.attempt(), answer.status());
    }
  }

  /** Handles a request from a node that takes this one for the leader. */
  void serve(Forward forward, Consumer<PeerMessage> reply) {
    RaftNode node = raft.get();
    if (node == null || !node.isLeaderReady()) {
      reply.accept(new Answer(forward.id(), forward.attempt(), Status.NOT_LEADER, NOTHING));
      return;
    }
    if (served.incrementAndGet() > MAX_SERVED) {
      served.decrementAndGet();
      reply.accept(new Answer(forward.id(), forward.attempt(), Status.OVERLOAD, NOTHING));
      return;
    }
    perform(node, forward.kind(), forward.body())
        .whenComplete(
            (result, failure) -> {
              served.decrementAndGet();
              reply.accept(
                  failure == null
                      ? new Answer(
                          forward.id(), forward.attempt(), Status.OK, LogCodec.encode(result))
                      : new Answer(forward.id(), forward.attempt(), statusOf(failure), NOTHING));
            });
  }

  /** How many writes a leader on another node has done for this one. */
  long forwarded() {
    return forwarded.get();
  }

  int inFlight() {
    return inFlight.get();
  }

  /** Of other nodes, on the leader. */
  int served() {
    return served.get();
  }

  long waitingBytes() {
    return groupCommit.waitingBytes();
  }

  void close() {
    closed = true;
    requests.values().forEach(this::expire);
  }
}

package io.flotilla.entity;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.wire.Message;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The way of one node to one entity. While a batch is under way, requests wait here and then leave
 * together: the busier, the larger the batches (group commit). A batch whose answer does not come
 * is sent again, to wherever the entity lives by then; the entity answers a repetition as it did
 * before, so a request is never done twice.
 */
public final class Gateway extends AbstractBehavior<Gateway.Command> {

  /** Limits of a batch: operations, and bytes unless a single operation is larger. */
  static final int BATCH_OPS = 1024;

  static final int BATCH_BYTES = 1 << 20;

  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration IDLE_TICK = Duration.ofSeconds(30);
  private static final long PING_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long IDLE_NANOS = Duration.ofMinutes(5).toNanos();

  sealed interface Command {}

  /**
   * One request of this node. It never leaves the node, so it may carry the future of its answer:
   * one object, where asking would cost an actor and a timer for each request.
   *
   * @param deadlineNanos by the clock of the gateway: then the request is given up
   * @param waitNanos until then a read with a minIndex waits for its change
   * @param waitOver ends the wait before its time
   */
  record Request(
      Operation<?> op,
      long deadlineNanos,
      long waitNanos,
      CompletableFuture<?> waitOver,
      CompletableFuture<Result> answer)
      implements Command {
    /** The same question, to be answered as things are. */
    Request atOnce() {
      return new Request(op.atOnce(), deadlineNanos, 0, waitOver, answer);
    }
  }

  /** Nobody wants this read to wait any longer. */
  record WaitOver(Request request) implements Command {}

  /**
   * Nodes are gone; where the entity lived, for all that is known here.
   *
   * @param nodes that are gone
   */
  record NodeGone(Set<Address> nodes) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private enum Stop implements Command {
    INSTANCE
  }

  /** What an entity says to a gateway. */
  public sealed interface FromEntity extends Command, Message {}

  /** The result of an operation. */
  public record Piece(int op, Result result) {}

  /**
   * @param attempt which transmission of the batch this answers
   * @param part counts the messages of one answer from 0
   * @param last false if more of the same answer follows
   */
  public record Answered(
      long number, long incarnation, int attempt, int part, List<Piece> pieces, boolean last)
      implements FromEntity {}

  /**
   * The entity has been recovered since, and knows nothing of this gateway.
   *
   * @param home where this incarnation lives; null if it isn't known
   */
  public record OtherIncarnation(long incarnation, ActorRef<EntityActor.Command> home)
      implements FromEntity {
    /** The incarnation has ended; the next one isn't known yet. */
    static final OtherIncarnation UNKNOWN = new OtherIncarnation(0);

    public OtherIncarnation(long incarnation) {
      this(incarnation, null);
    }
  }

  /** Something changed under these interests. */
  public record Changed(List<Interest> interests, long index) implements FromEntity {}

  /**
   * Outlives a failure of the actor: no late answer to an earlier batch has the number of a new
   * one.
   */
  private record Name(String id, AtomicLong lastNumber) {}

  private final Name name;
  private final Route entity;
  private final Runnable onIdle;
  private final LongSupplier nanoTime;
  private final TimerScheduler<Command> timers;
  private final ArrayDeque<Request> waiting = new ArrayDeque<>();
  private final ParkedReads parked = new ParkedReads();
  private final Map<Interest, Long> changedMeanwhile = new HashMap<>();
  private SentBatch sent;
  private long incarnation;
  private long lastPingNanos;

  /** Ticks come at long intervals while there is nothing to look after. */
  private boolean idle = true;

  private long idleSinceNanos;

  /**
   * @param onIdle called when nothing was asked for a while; the gateway stops after that, unless
   *     something was asked before
   * @param nanoTime as {@link System#nanoTime}; the times in requests are its times
   */
  static Behavior<Command> create(Ways ways, Runnable onIdle, LongSupplier nanoTime) {
    Name name = new Name(UUID.randomUUID().toString(), new AtomicLong());
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new Gateway(context, timers, name, ways, onIdle, nanoTime)));
  }

  private Gateway(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Name name,
      Ways ways,
      Runnable onIdle,
      LongSupplier nanoTime) {
    super(context);
    this.timers = timers;
    this.name = name;
    this.entity = new Route(ways);
    this.onIdle = onIdle;
    this.nanoTime = nanoTime;
    this.lastPingNanos = nanoTime.getAsLong();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Request.class, this::onRequest)
        .onMessage(WaitOver.class, this::onWaitOver)
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(Changed.class, this::onChanged)
        .onMessage(OtherIncarnation.class, this::onOtherIncarnation)
        .onMessage(NodeGone.class, this::onNodeGone)
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(Stop.class, stop -> isEmpty() ? Behaviors.stopped() : this)
        .onSignal(PreRestart.class, failed -> refuseAll())
        .onSignal(PostStop.class, stopped -> refuseAll())
        .build();
  }

  private Behavior<Command> onRequest(Request request) {
    waiting.add(request);
    if (idle) {
      idle = false;
      timers.startTimerWithFixedDelay(Tick.INSTANCE, Tick.INSTANCE, TICK);
    }
    sendNext();
    return this;
  }

  private void sendNext() {
    if (sent != null || waiting.isEmpty()) {
      return;
    }
    sent = new SentBatch(name.lastNumber().incrementAndGet());
    int bytes = 0;
    while (!waiting.isEmpty() && sent.ops.size() < BATCH_OPS) {
      int size = waiting.peek().op().bytes();
      if (bytes > 0 && bytes + size > BATCH_BYTES) {
        break;
      }
      bytes += size;
      sent.add(waiting.remove());
    }
    sent.bytes = bytes;
    transmit();
  }

  private void transmit() {
    long now = nanoTime.getAsLong();
    int attempt = sent.begin(now);
    entity.send(
        new EntityActor.Batch(
            name.id(), sent.number, incarnation, attempt, List.copyOf(sent.ops), self()),
        sent.bytes,
        now);
  }

  private Behavior<Command> onAnswered(Answered answer) {
    boolean expected =
        sent != null && answer.number() == sent.number && answer.incarnation() == incarnation;
    if (!expected || !sent.take(answer) || !answer.last()) {
      return this;
    }
    for (int i = 0; i < sent.results.length; i++) {
      for (Request request : sent.askers.get(i)) {
        deliver(request, sent.results[i]);
      }
    }
    sent = null;
    changedMeanwhile.clear();
    sendNext();
    return this;
  }

  private void deliver(Request request, Result result) {
    if (result instanceof Result.Later) {
      waiting.add(request);
      return;
    }
    if (!(result instanceof Result.Unchanged unchanged)) {
      request.answer().complete(result);
      return;
    }
    Interest interest = unchanged.awaited();
    if (changedMeanwhile.getOrDefault(interest, 0L) > unchanged.index()) {
      waiting.add(request);
    } else if (request.waitOver().isDone()) {
      waiting.add(request.atOnce());
    } else {
      parked.add(interest, request);
    }
  }

  private Behavior<Command> onChanged(Changed changed) {
    for (Interest interest : changed.interests()) {
      if (sent != null) {
        changedMeanwhile.put(interest, changed.index());
      }
      waiting.addAll(parked.take(interest));
    }
    forget(changed.interests());
    sendNext();
    return this;
  }

  /** Nobody waits for these now; who reads again and finds nothing new will be registered again. */
  private void forget(Collection<Interest> interests) {
    List<Interest> unwatched = interests.stream().filter(i -> !parked.isWaitedFor(i)).toList();
    if (!unwatched.isEmpty()) {
      entity.throughShard(new EntityActor.Forget(unwatched, self()));
    }
  }

  private Behavior<Command> onOtherIncarnation(OtherIncarnation other) {
    if (other.incarnation() != incarnation) {
      incarnation = other.incarnation();
      entity.livesAt(other.home());
      waiting.addAll(parked.takeAll());
      if (sent != null) {
        transmit();
      }
      sendNext();
    }
    return this;
  }

  /** What it was sent is lost, and by itself the next attempt could be seconds away. */
  private Behavior<Command> onNodeGone(NodeGone gone) {
    entity.isGone(gone.nodes());
    if (sent != null) {
      sent.waitShortly(); // this attempt may be lost, too
      transmit();
    }
    if (!parked.isEmpty()) {
      ping(nanoTime.getAsLong());
    }
    return this;
  }

  private Behavior<Command> onTick() {
    long now = nanoTime.getAsLong();
    endWaits(now);
    giveUp(now);
    if (sent != null && sent.isOverdue(now)) {
      sent.waitLonger();
      transmit();
    }
    sendNext();
    if (!parked.isEmpty() && now - lastPingNanos > PING_NANOS) {
      ping(now);
    }
    return stopWhenIdle(now);
  }

  private void ping(long now) {
    lastPingNanos = now;
    entity.throughShard(new EntityActor.Ping(incarnation, self()));
  }

  private Behavior<Command> stopWhenIdle(long now) {
    if (!isEmpty()) {
      return this;
    }
    if (!idle) {
      idle = true;
      idleSinceNanos = now;
      timers.startTimerWithFixedDelay(Tick.INSTANCE, Tick.INSTANCE, IDLE_TICK);
    } else if (now - idleSinceNanos > IDLE_NANOS) {
      onIdle.run();
      getContext().getSelf().tell(Stop.INSTANCE);
    }
    return this;
  }

  private boolean isEmpty() {
    return sent == null && waiting.isEmpty() && parked.isEmpty();
  }

  /** A watcher whose time is over gets the answer as it is. */
  private void endWaits(long now) {
    Set<Interest> ended = new HashSet<>();
    for (Request over : parked.takeOver(now, ended)) {
      waiting.add(over.atOnce());
    }
    if (!ended.isEmpty()) {
      forget(ended);
    }
  }

  /** One that is not parked now is asked about when it would be, see {@link #deliver}. */
  private Behavior<Command> onWaitOver(WaitOver over) {
    Request request = over.request();
    Interest interest = parked.remove(request);
    if (interest != null) {
      waiting.add(request.atOnce());
      forget(List.of(interest));
      sendNext();
    }
    return this;
  }

  private void giveUp(long now) {
    waiting.removeIf(r -> giveUp(r, now, "unavailable"));
    if (sent != null) {
      sent.giveUp(now);
      if (!sent.isWaitedFor()) {
        sent = null;
        changedMeanwhile.clear();
      }
    }
  }

  /** Returns whether the request's time is over. */
  static boolean giveUp(Request request, long now, String code) {
    if (request.deadlineNanos() - now > 0) {
      return false;
    }
    refuse(request, code);
    return true;
  }

  /** The gateway has failed or stops: nobody waits for an answer that nobody would give. */
  private Behavior<Command> refuseAll() {
    waiting.forEach(r -> refuse(r, "unavailable"));
    parked.takeAll().forEach(r -> refuse(r, "unavailable"));
    if (sent != null) {
      sent.refuse();
    }
    return this;
  }

  /** The code is {@code unavailable} or {@code outcome-unknown}. */
  static void refuse(Request request, String code) {
    request
        .answer()
        .complete(
            new Result.Refused(
                code,
                code.equals("unavailable")
                    ? "The namespace did not answer in time; nothing was changed. Try again."
                    : "The write was sent, but no answer came in time: it may or may not have been"
                        + " done. Read what is there, or repeat the write with the same"
                        + " X-Flotilla-Request-Id."));
  }

  private ActorRef<FromEntity> self() {
    return getContext().getSelf().narrow();
  }
}

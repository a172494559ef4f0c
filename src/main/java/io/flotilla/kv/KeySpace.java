package io.flotilla.kv;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * A namespace: the actor through which every operation on it goes, one batch after another. It
 * lives on one node at a time and moves with its shard; what it knows it recovers from the log.
 *
 * <p>Two incarnations may run for a moment when a node is thought dead and isn't. The log decides:
 * only the incarnation that claimed last can store an event or have a read confirmed.
 */
public final class KeySpace
    extends EventSourcedBehavior<KeySpace.Command, Committed, KeySpaceState> {

  public static final EntityTypeKey<Command> TYPE = EntityTypeKey.create(Command.class, "KeySpace");

  /** Of a namespace. */
  public static PersistenceId persistenceId(String namespace) {
    return PersistenceId.ofUniqueId("KeySpace|" + namespace);
  }

  public sealed interface Command {}

  /**
   * Requests that a gateway sends together.
   *
   * @param number rises by at least one with each new batch of this gateway; the same again is a
   *     repetition, because no answer came
   * @param incarnation the key space's incarnation the gateway believes to speak with. Another one
   *     refuses the batch: it can't know whether it is a late copy of one long answered.
   * @param attempt counts the repetitions
   */
  public record Batch(
      String gateway,
      long number,
      long incarnation,
      int attempt,
      List<Op> ops,
      ActorRef<Gateway.FromKeySpace> replyTo)
      implements Command, KvMessage {}

  /** Is this still the incarnation that knows what the gateway watches? */
  public record Ping(long incarnation, ActorRef<Gateway.FromKeySpace> replyTo)
      implements Command, KvMessage {}

  /** Nobody at this gateway watches these any more. */
  public record Forget(List<Interest> interests, ActorRef<Gateway.FromKeySpace> replyTo)
      implements Command, KvMessage {}

  private record Confirmed(String gateway, Answer answer) implements Command {}

  private record Unconfirmed(String gateway, long number, Throwable cause) implements Command {}

  /** Time to look for sessions that have expired. */
  private enum Tick implements Command {
    INSTANCE
  }

  /** Does nothing but count as a request, so that the shard does not put the actor to sleep. */
  public enum StayAwake implements Command, KvMessage {
    INSTANCE
  }

  private record GatewayGone(ActorRef<Gateway.FromKeySpace> gateway) implements Command {}

  /** What was answered last to a gateway; {@code answer} is null while it is being found. */
  private record Served(long number, Answer answer) {}

  private static final long TICKS_TO_AWAKE = 10_000 / Deadlines.TICK_MILLIS;

  private final ActorContext<Command> context;
  private final ReadBarrier barrier;
  private final Clock clock;
  private final Map<String, Served> served =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Served> eldest) {
          return size() > LastBatches.MAX;
        }
      };
  private final Watchers watchers = new Watchers();
  private final TimerScheduler<Command> timers;
  private final Deadlines deadlines;
  private final Runnable stayAwake;
  private long ticks;
  private long incarnation;

  public static Behavior<Command> create(String namespace, ReadBarrier barrier, Clock clock) {
    return create(namespace, barrier, clock, () -> {});
  }

  /**
   * @param stayAwake sends {@link StayAwake} by way of the shard; run every 10 s while a session
   *     has a TTL, for who sleeps expires nothing
   */
  public static Behavior<Command> create(
      String namespace, ReadBarrier barrier, Clock clock, Runnable stayAwake) {
    return create(namespace, barrier, clock, stayAwake, System::nanoTime);
  }

  /**
   * @param clock what is stored is dated by it
   * @param nanoTime measures how long sessions live
   */
  static Behavior<Command> create(
      String namespace,
      ReadBarrier barrier,
      Clock clock,
      Runnable stayAwake,
      LongSupplier nanoTime) {
    return Behaviors.setup(
        c ->
            Behaviors.withTimers(
                timers ->
                    new KeySpace(
                        c,
                        timers,
                        persistenceId(namespace),
                        barrier,
                        clock,
                        stayAwake,
                        new Deadlines(nanoTime))));
  }

  private KeySpace(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      PersistenceId id,
      ReadBarrier barrier,
      Clock clock,
      Runnable stayAwake,
      Deadlines deadlines) {
    super(
        id,
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(50), Duration.ofSeconds(2), 0.2));
    this.context = context;
    this.timers = timers;
    this.deadlines = deadlines;
    this.stayAwake = stayAwake;
    this.barrier = barrier;
    this.clock = clock;
  }

  @Override
  public KeySpaceState emptyState() {
    return KeySpaceState.empty();
  }

  @Override
  public CommandHandler<Command, Committed, KeySpaceState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(Batch.class, this::onBatch)
        .onCommand(Ping.class, this::onPing)
        .onCommand(Forget.class, this::onForget)
        .onCommand(Confirmed.class, this::onConfirmed)
        .onCommand(Unconfirmed.class, this::onUnconfirmed)
        .onCommand(GatewayGone.class, this::onGatewayGone)
        .onCommand(Tick.class, this::onTick)
        .onCommand(StayAwake.class, awake -> Effect().none())
        .build();
  }

  @Override
  public EventHandler<KeySpaceState, Committed> eventHandler() {
    return newEventHandlerBuilder().forAnyState().onAnyEvent(KeySpaceState::apply);
  }

  @Override
  public SignalHandler<KeySpaceState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.class, (state, signal) -> begin(state))
        .build();
  }

  @Override
  public boolean shouldSnapshot(KeySpaceState state, Committed event, long sequenceNr) {
    return state.checkpoint().due();
  }

  /** After every recovery this is a new incarnation, which remembers nobody. */
  private void begin(KeySpaceState state) {
    incarnation = barrier.epoch(persistenceId().id());
    served.clear();
    watchers.clear();
    deadlines.clear();
    state.sessions().all().forEach(deadlines::start);
    tickWhileNeeded();
  }

  private Effect<Committed, KeySpaceState> onBatch(KeySpaceState state, Batch batch) {
    if (batch.incarnation() != incarnation) {
      batch.replyTo().tell(new Gateway.OtherIncarnation(incarnation));
      return Effect().none();
    }
    Served last = served.get(batch.gateway());
    if (last != null && batch.number() <= last.number()) {
      if (batch.number() == last.number() && last.answer() != null) {
        last.answer().send(batch.replyTo(), batch.attempt());
      }
      return Effect().none();
    }
    LastBatches.LastBatch stored = state.batches().of(batch.gateway());
    if (stored != null && batch.number() <= stored.number()) {
      return batch.number() == stored.number() ? repeat(state, batch, stored) : Effect().none();
    }
    return decide(state, batch);
  }

  private Effect<Committed, KeySpaceState> decide(KeySpaceState state, Batch batch) {
    Decision decision = Decision.on(state, clock.millis());
    List<Answer.Part> parts = new ArrayList<>();
    List<Interest> interests = new ArrayList<>();
    for (Op op : batch.ops()) {
      if (op instanceof Op.Read read) {
        parts.add(read(decision.state(), read, interests));
        decision.skip();
      } else {
        parts.add(new Answer.Decided(decision.decide((Op.Write) op)));
      }
    }
    watch(batch.replyTo(), interests);
    Answer answer = new Answer(batch.number(), incarnation, parts);
    Committed event = decision.event(batch.gateway(), batch.number());
    if (event.changes().isEmpty() && event.requests().isEmpty()) {
      return confirmThenSend(batch, answer);
    }
    return Effect()
        .persist(event)
        .thenRun(
            () -> {
              served.put(batch.gateway(), new Served(batch.number(), answer));
              answer.send(batch.replyTo(), batch.attempt());
              stored(event, state);
            });
  }

  private void stored(Committed event, KeySpaceState before) {
    watchers.notify(event.changes(), before);
    for (Change change : event.changes()) {
      if (change instanceof Change.SessionCreated c) {
        deadlines.start(c.session());
      } else if (change instanceof Change.SessionEnded e) {
        deadlines.remove(e.id());
      }
    }
    tickWhileNeeded();
  }

  private void tickWhileNeeded() {
    if (deadlines.isEmpty()) {
      timers.cancel(Tick.INSTANCE);
    } else if (!timers.isTimerActive(Tick.INSTANCE)) {
      timers.startTimerWithFixedDelay(
          Tick.INSTANCE, Tick.INSTANCE, Duration.ofMillis(Deadlines.TICK_MILLIS));
    }
  }

  private Effect<Committed, KeySpaceState> onTick(KeySpaceState state, Tick tick) {
    if (++ticks % TICKS_TO_AWAKE == 0) {
      stayAwake.run();
    }
    List<String> over = deadlines.over();
    if (over.isEmpty()) {
      return Effect().none();
    }
    Decision decision = Decision.on(state, clock.millis());
    decision.expire(over);
    Committed event = decision.event();
    return Effect().persist(event).thenRun(() -> stored(event, state));
  }

  private Answer.Part read(KeySpaceState state, Op.Read read, List<Interest> interests) {
    if (read instanceof Op.RenewSession renew && state.sessions().get(renew.id()) != null) {
      deadlines.start(state.sessions().get(renew.id()));
    }
    if (read.minIndex() > 0 && !state.hasNews(read)) {
      interests.add(read.interest());
      return new Answer.Decided(new Result.Unchanged(state.index()));
    }
    return new Answer.Question(state, read);
  }

  /**
   * A predecessor stored this batch, but its answer was lost: the writes are answered as decided.
   */
  private Effect<Committed, KeySpaceState> repeat(
      KeySpaceState state, Batch batch, LastBatches.LastBatch stored) {
    List<Answer.Part> parts = new ArrayList<>();
    List<Interest> interests = new ArrayList<>();
    for (int i = 0; i < batch.ops().size(); i++) {
      parts.add(
          batch.ops().get(i) instanceof Op.Read read
              ? read(state, read, interests)
              : new Answer.Decided(stored.results().get(i)));
    }
    watch(batch.replyTo(), interests);
    return confirmThenSend(batch, new Answer(batch.number(), incarnation, parts));
  }

  /**
   * Nothing to store, so nothing yet proves that this incarnation's state is the latest. The answer
   * is made of the state as it is now and leaves once the log has confirmed the writer; the actor
   * goes on meanwhile. A batch of reads may be answered twice; one with writes must not be decided
   * twice, so its answer is kept.
   */
  private Effect<Committed, KeySpaceState> confirmThenSend(Batch batch, Answer answer) {
    boolean writes = batch.ops().stream().anyMatch(Op.Write.class::isInstance);
    if (writes) {
      served.put(batch.gateway(), new Served(batch.number(), null));
    }
    ActorRef<Command> self = context.getSelf();
    BiConsumer<Done, Throwable> then =
        (done, failure) -> {
          if (failure != null) {
            self.tell(new Unconfirmed(batch.gateway(), batch.number(), failure));
            return;
          }
          answer.send(batch.replyTo(), batch.attempt());
          if (writes) {
            self.tell(new Confirmed(batch.gateway(), answer));
          }
        };
    CompletionStage<Done> confirmed = barrier.confirm(persistenceId().id(), incarnation);
    if (answer.isLong()) {
      confirmed.whenCompleteAsync(then, context.getExecutionContext());
    } else {
      confirmed.whenComplete(then);
    }
    return Effect().none();
  }

  private Effect<Committed, KeySpaceState> onConfirmed(KeySpaceState state, Confirmed confirmed) {
    served.computeIfPresent(
        confirmed.gateway(),
        (gateway, s) ->
            s.number() == confirmed.answer().number()
                ? new Served(s.number(), confirmed.answer())
                : s);
    return Effect().none();
  }

  private Effect<Committed, KeySpaceState> onUnconfirmed(KeySpaceState state, Unconfirmed u) {
    Throwable cause =
        u.cause() instanceof java.util.concurrent.CompletionException c ? c.getCause() : u.cause();
    if (cause instanceof ReadBarrier.Superseded) {
      context.getLog().info("{}; this one stops", cause.getMessage());
      return Effect().stop();
    }
    // The gateway sends the batch again; then it is decided anew, for nothing of it was done.
    Optional.ofNullable(served.get(u.gateway()))
        .filter(s -> s.number() == u.number() && s.answer() == null)
        .ifPresent(s -> served.remove(u.gateway()));
    return Effect().none();
  }

  private Effect<Committed, KeySpaceState> onPing(KeySpaceState state, Ping ping) {
    if (ping.incarnation() != incarnation) {
      ping.replyTo().tell(new Gateway.OtherIncarnation(incarnation));
    }
    return Effect().none();
  }

  private Effect<Committed, KeySpaceState> onForget(KeySpaceState state, Forget forget) {
    watchers.forget(forget.replyTo(), forget.interests());
    return Effect().none();
  }

  private Effect<Committed, KeySpaceState> onGatewayGone(KeySpaceState state, GatewayGone gone) {
    watchers.forgetAll(gone.gateway());
    return Effect().none();
  }

  private void watch(ActorRef<Gateway.FromKeySpace> gateway, List<Interest> interests) {
    if (!interests.isEmpty() && watchers.add(gateway, interests)) {
      context.watchWith(gateway, new GatewayGone(gateway));
    }
  }
}

package io.flotilla.entity;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.persistence.typed.EventAdapter;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.SnapshotAdapter;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import io.flotilla.async.Futures;
import io.flotilla.post.Post;
import io.flotilla.wire.Message;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.event.Level;

/**
 * An entity: the actor through which every operation on one namespace goes, one batch after
 * another. It lives on one node at a time and moves with its shard; what it knows it recovers from
 * the log. What it holds is defined by its {@link Model}, and what is done to it by the {@link
 * Operation}s.
 *
 * <p>Two incarnations may run for a moment when a node is thought dead and isn't. The log decides:
 * only the incarnation that claimed last can store an event or have a read confirmed.
 *
 * @param <S> the model's state
 * @param <C> a change of it
 */
public final class EntityActor<S extends ModelState<S, C>, C extends Fact>
    extends EventSourcedBehavior<EntityActor.Command, Committed<C>, EntityState<S, C>> {

  public sealed interface Command {}

  /**
   * Requests that a gateway sends together.
   *
   * @param number rises by at least one with each new batch of this gateway; the same number again
   *     is a repetition, sent because no answer came
   * @param incarnation the incarnation that the gateway believes it is speaking to. Another one
   *     refuses the batch: it can't know whether it is a late copy of one long answered.
   * @param attempt counts the repetitions
   */
  public record Batch(
      String gateway,
      long number,
      long incarnation,
      int attempt,
      List<Operation<?>> ops,
      ActorRef<Gateway.FromEntity> replyTo)
      implements Command, Message {
    /** Roughly what was asked takes. */
    long bytes() {
      return ops.stream().mapToLong(Operation::bytes).sum();
    }
  }

  /** Is this still the incarnation that knows what the gateway watches? */
  public record Ping(long incarnation, ActorRef<Gateway.FromEntity> replyTo)
      implements Command, Message {}

  /** Nobody at this gateway watches these any more. */
  public record Forget(List<Interest> interests, ActorRef<Gateway.FromEntity> replyTo)
      implements Command, Message {}

  /** Does nothing but count as a request, so that the shard does not put the actor to sleep. */
  public record StayAwake() implements Command, Message {}

  private record Confirmed(String gateway, Answer answer) implements Command {}

  private record Unconfirmed(String gateway, long number, Throwable cause) implements Command {}

  private record CheckpointEnded(CheckpointWork.Ended checkpoint) implements Command {}

  private record GatewayGone(ActorRef<Gateway.FromEntity> gateway) implements Command {}

  /** Time to look for what has expired. */
  private enum Tick implements Command {
    INSTANCE
  }

  /** Time to look for lists that nobody reads any more. */
  private enum ForgetViews implements Command {
    INSTANCE
  }

  /** Time to decide the batches that wait. */
  private enum Decide implements Command {
    INSTANCE
  }

  /**
   * What a batch comes to.
   *
   * @param interests watched from when it is answered: by then, what was stored before it has been
   *     told of, and what it waits for has not
   * @param event to be stored; null: nothing
   */
  private record Decided<S extends ModelState<S, C>, C extends Fact>(
      Batch batch,
      Answer answer,
      List<Interest> interests,
      Committed<C> event,
      EntityState<S, C> before,
      EntityState<S, C> after) {
    long storedBytes() {
      return event == null ? 0 : event.bytes();
    }
  }

  /** In a row; after more than these something is wrong. */
  private static final int FEW_FAILURES = 5;

  private static final long TICKS_TO_AWAKE = 10_000 / Deadlines.TICK_MILLIS;

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final ReadBarrier barrier;
  private final Clock clock;
  private final LogClock time;
  private final Runnable stayAwake;
  private final Model<S, C> model;
  private final Recovery<Committed<C>> recovery;
  private final CheckpointWork checkpoints;
  private final Askers askers = new Askers();
  private final LastAnswers answers = new LastAnswers();
  private final Watchers watchers = new Watchers();
  private final Views views;
  private final Post post;
  private final WaitingBatches waiting = new WaitingBatches();

  /**
   * The states that events make which are about to be stored: they need not be worked out again.
   */
  private final Map<Committed<C>, EntityState<S, C>> foreseen = new IdentityHashMap<>();

  private long ticks;
  private long incarnation;
  private boolean superseded;

  /**
   * @param clock what is stored is dated by it, for people to read
   * @param stayAwake sends {@link StayAwake} by way of the shard; run every 10 s while time matters
   *     to the model, as a passivated actor expires nothing
   * @param model is given the entity's own time
   * @param nanoTime as {@link System#nanoTime}: measures how long something lasts
   */
  public static <S extends ModelState<S, C>, C extends Fact> Behavior<Command> create(
      PersistenceId id,
      ReadBarrier barrier,
      Clock clock,
      Runnable stayAwake,
      Function<LogClock, Model<S, C>> model,
      LongSupplier nanoTime) {
    // A small part of the memory, whatever else is in it.
    long viewBytes = Runtime.getRuntime().maxMemory() / 64;
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new EntityActor<>(
                        context,
                        timers,
                        id,
                        barrier,
                        clock,
                        new LogClock(nanoTime),
                        stayAwake,
                        model,
                        new Views(viewBytes, nanoTime))));
  }

  private EntityActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      PersistenceId id,
      ReadBarrier barrier,
      Clock clock,
      LogClock time,
      Runnable stayAwake,
      Function<LogClock, Model<S, C>> model,
      Views views) {
    super(
        id,
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(50), Duration.ofSeconds(2), 0.2)
            .withLogLevel(Level.WARN) // expected while the lead moves or another takes over
            .withCriticalLogLevel(Level.ERROR, FEW_FAILURES));
    this.context = context;
    this.timers = timers;
    this.barrier = barrier;
    this.clock = clock;
    this.time = time;
    this.stayAwake = stayAwake;
    this.model = model.apply(time);
    S kind = this.model.empty();
    this.recovery = new Recovery<>(stored -> Restoration.event(stored, kind));
    this.views = views;
    this.post = Post.get(context.getSystem());
    ActorRef<Command> self = context.getSelf();
    this.checkpoints =
        new CheckpointWork(
            id.id(), barrier.checkpoints(), ended -> self.tell(new CheckpointEnded(ended)));
  }

  @Override
  public EntityState<S, C> emptyState() {
    return EntityState.of(model.empty());
  }

  @Override
  public CommandHandler<Command, Committed<C>, EntityState<S, C>> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(Batch.class, this::onBatch)
        .onCommand(Decide.class, this::onDecide)
        .onCommand(Ping.class, this::onPing)
        .onCommand(Forget.class, this::onForget)
        .onCommand(Confirmed.class, this::onConfirmed)
        .onCommand(Unconfirmed.class, this::onUnconfirmed)
        .onCommand(CheckpointEnded.class, this::onCheckpointEnded)
        .onCommand(GatewayGone.class, this::onGatewayGone)
        .onCommand(Tick.class, this::onTick)
        .onCommand(ForgetViews.class, this::onForgetViews)
        .onCommand(StayAwake.class, awake -> Effect().none())
        .build();
  }

  @Override
  public EventHandler<EntityState<S, C>, Committed<C>> eventHandler() {
    return newEventHandlerBuilder().forAnyState().onAnyEvent((state, event) -> apply(state, event));
  }

  private EntityState<S, C> apply(EntityState<S, C> state, Committed<C> event) {
    EntityState<S, C> after = foreseen.remove(event);
    return after != null ? after : state.apply(event);
  }

  @Override
  public SignalHandler<EntityState<S, C>> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.class, (state, signal) -> begin(state))
        .onSignal(PostStop.class, (state, signal) -> end())
        .build();
  }

  @Override
  public EventAdapter<Committed<C>, ?> eventAdapter() {
    return recovery;
  }

  @Override
  public SnapshotAdapter<EntityState<S, C>> snapshotAdapter() {
    return recovery.checkpoints(model.empty());
  }

  /** After every recovery this is a new incarnation, which remembers nobody. */
  private void begin(EntityState<S, C> state) {
    incarnation = barrier.epoch(persistenceId().id());
    checkpoints.begin(incarnation);
    answers.clear();
    waiting.clear();
    foreseen.clear();
    watchers.clear();
    views.begin(incarnation);
    time.continueFrom(state.logMillis());
    model.recovered(state);
    tickWhileNeeded();
  }

  /**
   * What is on its way to an entity that moves is dropped. One that was superseded is silent: its
   * shard would start it again, and the two would take the log from each other in turn.
   */
  private void end() {
    model.stopped();
    if (!superseded) {
      askers.tellEnd();
    }
  }

  // ---- batches

  private Effect<Committed<C>, EntityState<S, C>> onBatch(EntityState<S, C> state, Batch batch) {
    lookAfterViews();
    if (isReplaced()) {
      askers.add(batch); // who asks is told to ask the next one
      return Effect().stop();
    }
    if (batch.incarnation() != incarnation) {
      batch.replyTo().tell(new Gateway.OtherIncarnation(incarnation, context.getSelf()));
      return Effect().none();
    }
    askers.add(batch);
    if (answers.knows(batch)) {
      answers.repeat(batch);
      return Effect().none();
    }
    LastBatches.LastBatch stored = state.batches().of(batch.gateway());
    if (stored != null && batch.number() <= stored.number()) {
      return batch.number() == stored.number() ? repeat(state, batch, stored) : Effect().none();
    }
    if (!writes(batch)) {
      confirmThenSend(decided(state, batch, Quota.Room.inMemory(0)));
      tickWhileNeeded();
      return Effect().none();
    }
    if (waiting.add(batch)) {
      context.getSelf().tell(Decide.INSTANCE);
    }
    return Effect().none();
  }

  private static boolean writes(Batch batch) {
    return batch.ops().stream().anyMatch(Operation::writes);
  }

  /**
   * Whatever came while the write before was under way becomes one write, and one entry of the log,
   * though each batch is an event of its own: gateways of several nodes need not wait for each
   * other.
   */
  private Effect<Committed<C>, EntityState<S, C>> onDecide(EntityState<S, C> state, Decide now) {
    if (checkpoints.isOutrun(state)) {
      return Effect().stash(); // until it has ended
    }
    List<Decided<S, C>> group = new ArrayList<>();
    EntityState<S, C> latest = state;
    Quota.Room room = barrier.quota().room();
    int ops = 0;
    long bytes = 0;
    for (Batch batch = waiting.next(0, 0); batch != null; batch = waiting.next(ops, bytes)) {
      long grown = Math.max(0, latest.model().bytes() - state.model().bytes());
      Decided<S, C> next = decided(latest, batch, room.less(grown));
      latest = next.after();
      ops += batch.ops().size();
      bytes += Math.max(batch.bytes(), next.storedBytes());
      if (next.event() == null && group.isEmpty()) {
        confirmThenSend(next);
      } else {
        group.add(next); // once what it was decided on is stored
      }
    }
    if (!waiting.isEmpty()) {
      context.getSelf().tell(Decide.INSTANCE);
    }
    return store(group);
  }

  private Decided<S, C> decided(EntityState<S, C> state, Batch batch, Quota.Room room) {
    Draft<S, C> draft = model.draft(state, now());
    draft.within(room);
    List<Answer.Part> parts = new ArrayList<>();
    List<Interest> interests = new ArrayList<>();
    for (Operation<?> op : batch.ops()) {
      if (op.writes()) {
        parts.add(new Answer.Decided(draft.decide(op)));
      } else {
        parts.add(read(draft.state(), op, interests));
        draft.skip();
      }
    }
    Answer answer = new Answer(batch.number(), incarnation, parts, views, post::send);
    if (draft.isEmpty()) {
      return new Decided<>(batch, answer, interests, null, state, state);
    }
    Committed<C> event = draft.event(batch.gateway(), batch.number());
    return new Decided<>(
        batch, answer, interests, event, state, foresee(event, draft.after(event)));
  }

  private EntityState<S, C> foresee(Committed<C> event, EntityState<S, C> after) {
    barrier.quota().occupies(persistenceId().id(), after.occupied());
    foreseen.put(event, after);
    return after;
  }

  private Effect<Committed<C>, EntityState<S, C>> store(List<Decided<S, C>> group) {
    if (group.isEmpty()) {
      tickWhileNeeded();
      return Effect().none();
    }
    List<Committed<C>> events =
        group.stream().map(Decided::event).filter(Objects::nonNull).toList();
    return Effect()
        .persist(events)
        .thenRun(
            after -> {
              group.forEach(this::stored);
              beginCheckpointIfDue(after);
            });
  }

  private void stored(Decided<S, C> decided) {
    Batch batch = decided.batch();
    watch(batch.replyTo(), decided.interests());
    answers.put(batch.gateway(), decided.answer());
    decided.answer().send(batch.replyTo(), batch.attempt());
    if (decided.event() != null) {
      stored(decided.event(), decided.before(), decided.after());
    }
  }

  private void stored(Committed<C> event, EntityState<S, C> before, EntityState<S, C> after) {
    watchers.notify(after.model().index(), touched -> model.touch(event, before.model(), touched));
    model.stored(event, after.model());
    tickWhileNeeded();
  }

  private Answer.Part read(S state, Operation<?> op, List<Interest> interests) {
    if (op instanceof Operation.More more) {
      return new Answer.NextPage(views, more);
    }
    @SuppressWarnings("unchecked") // a client takes reads of this state only
    Operation.Read<S, ?> read = (Operation.Read<S, ?>) op.atOnce();
    model.asked(read, state);
    if (op.minIndex() > 0 && !read.hasNews(state, op.minIndex())) {
      Interest awaited = read.awaited(state);
      interests.add(awaited);
      return new Answer.Decided(new Result.Unchanged(state.index(), awaited));
    }
    return new Answer.Question<>(state, read);
  }

  /**
   * A predecessor stored this batch, but its answer was lost: the writes are answered as decided.
   */
  private Effect<Committed<C>, EntityState<S, C>> repeat(
      EntityState<S, C> state, Batch batch, LastBatches.LastBatch stored) {
    List<Answer.Part> parts = new ArrayList<>();
    List<Interest> interests = new ArrayList<>();
    for (int i = 0; i < batch.ops().size(); i++) {
      parts.add(
          batch.ops().get(i).writes()
              ? new Answer.Decided(stored.results().get(i))
              : read(state.model(), batch.ops().get(i), interests));
    }
    Answer answer = new Answer(batch.number(), incarnation, parts, views, post::send);
    confirmThenSend(new Decided<>(batch, answer, interests, null, state, state));
    return Effect().none();
  }

  /**
   * Nothing to store, so nothing yet proves that this incarnation's state is the latest. The answer
   * is made of the state as it is now and leaves once the log has confirmed the writer; the actor
   * goes on meanwhile. A batch of reads may be answered twice; one with writes must not be decided
   * twice, so its answer is kept.
   */
  private void confirmThenSend(Decided<S, C> decided) {
    Batch batch = decided.batch();
    Answer answer = decided.answer();
    watch(batch.replyTo(), decided.interests());
    boolean writes = writes(batch);
    if (writes) {
      answers.expect(batch);
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
  }

  private Effect<Committed<C>, EntityState<S, C>> onConfirmed(
      EntityState<S, C> state, Confirmed confirmed) {
    answers.found(confirmed.gateway(), confirmed.answer());
    return Effect().none();
  }

  private Effect<Committed<C>, EntityState<S, C>> onUnconfirmed(
      EntityState<S, C> state, Unconfirmed u) {
    Throwable cause = Futures.unwrap(u.cause());
    if (cause instanceof ReadBarrier.Superseded) {
      context.getLog().info("{}; this one stops", cause.getMessage());
      superseded = true;
      return Effect().stop();
    }
    // The gateway sends the batch again; then it is decided anew, as nothing of it was done.
    answers.expectNoMore(u.gateway(), u.number());
    return Effect().none();
  }

  // ---- checkpoints

  /**
   * @param state the latest, with all events up to the last sequence number: those are deleted
   */
  private void beginCheckpointIfDue(EntityState<S, C> state) {
    if (recovery.isWhole()) {
      checkpoints.beginIfDue(state, lastSequenceNumber(context));
    }
  }

  private Effect<Committed<C>, EntityState<S, C>> onCheckpointEnded(
      EntityState<S, C> state, CheckpointEnded end) {
    CheckpointWork.Ended checkpoint = end.checkpoint();
    if (checkpoint.failure() != null) {
      context
          .getLog()
          .warn(
              "The checkpoint of {} at event {} failed; its events are kept until the next: {}",
              persistenceId().id(),
              checkpoint.sequenceNr(),
              Futures.unwrap(checkpoint.failure()).toString());
    }
    checkpoints.ended(checkpoint);
    beginCheckpointIfDue(state);
    return Effect().none().thenUnstashAll();
  }

  // ---- time

  private Moment now() {
    return new Moment(time.millis(), clock.millis());
  }

  private void tickWhileNeeded() {
    if (!model.ticking()) {
      timers.cancel(Tick.INSTANCE);
    } else if (!timers.isTimerActive(Tick.INSTANCE)) {
      timers.startTimerWithFixedDelay(
          Tick.INSTANCE, Tick.INSTANCE, Duration.ofMillis(Deadlines.TICK_MILLIS));
    }
  }

  private void lookAfterViews() {
    if (!timers.isTimerActive(ForgetViews.INSTANCE)) {
      timers.startSingleTimer(ForgetViews.INSTANCE, ForgetViews.INSTANCE, Duration.ofMinutes(1));
    }
  }

  private Effect<Committed<C>, EntityState<S, C>> onForgetViews(
      EntityState<S, C> state, ForgetViews forget) {
    if (views.forgetIdle()) {
      lookAfterViews();
    }
    return Effect().none();
  }

  private Effect<Committed<C>, EntityState<S, C>> onTick(EntityState<S, C> state, Tick tick) {
    if (++ticks % TICKS_TO_AWAKE == 0) {
      stayAwake.run();
    }
    Draft<S, C> draft = model.tick(state, now());
    if (draft == null || draft.isEmpty()) {
      tickWhileNeeded();
      return Effect().none();
    }
    Committed<C> event = draft.event();
    foresee(event, draft.after(event));
    return Effect()
        .persist(event)
        .thenRun(
            after -> {
              stored(event, state, after);
              beginCheckpointIfDue(after);
            });
  }

  // ---- watches

  private void watch(ActorRef<Gateway.FromEntity> gateway, List<Interest> interests) {
    if (!interests.isEmpty() && watchers.add(gateway, interests)) {
      context.watchWith(gateway, new GatewayGone(gateway));
    }
  }

  /** What it knows was replaced by a backup. Its shard starts another, which recovers that. */
  private boolean isReplaced() {
    return barrier.isReplaced(persistenceId().id(), incarnation);
  }

  private Effect<Committed<C>, EntityState<S, C>> onPing(EntityState<S, C> state, Ping ping) {
    if (isReplaced()) {
      return Effect().stop();
    }
    if (ping.incarnation() != incarnation) {
      ping.replyTo().tell(new Gateway.OtherIncarnation(incarnation, context.getSelf()));
    }
    return Effect().none();
  }

  private Effect<Committed<C>, EntityState<S, C>> onForget(EntityState<S, C> state, Forget forget) {
    watchers.forget(forget.replyTo(), forget.interests());
    return Effect().none();
  }

  private Effect<Committed<C>, EntityState<S, C>> onGatewayGone(
      EntityState<S, C> state, GatewayGone gone) {
    watchers.forgetAll(gone.gateway());
    return Effect().none();
  }
}

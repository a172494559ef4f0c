package io.flotilla.entity;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.entity.Lines.Added;
import io.flotilla.entity.Lines.LinesDraft;
import io.flotilla.entity.Lines.State;
import io.flotilla.lab.Event;
import io.flotilla.lab.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A place where the entity may live, in a simulated world. {@link EntityActor} needs Akka
 * Persistence, whose journal isn't part of that world; this class takes the same steps with the
 * same parts ({@link Draft}, {@link Answer}, {@link LastAnswers}, {@link LastBatches}, {@link
 * EntityState}) on a {@link LinesLog}. An event is stored and answered in one step; the log's
 * confirmation of a read or refusal comes later, and other batches may come before it.
 */
final class LinesEntity extends AbstractBehavior<Object> {
  /** Flaws to inject, to check that they are found. */
  enum Flaw {
    NONE,
    /** A batch is accepted whichever incarnation it is meant for. */
    TAKES_BATCHES_MEANT_FOR_ANOTHER,
    /** Answers given without storing anything are forgotten. */
    FORGETS_ANSWERS,
    /** Events don't name their batch, or the name is ignored. */
    FORGETS_STORED_BATCHES,
    /** Each transmission of a batch gets a new number. */
    IS_SENT_NEW_NUMBERS,
    /** Reads and refusals are answered without asking the log. */
    CONFIRMS_NOTHING
  }

  /** From now on the shard is here. */
  record MoveHere() {}

  /** What it did, for the record. */
  record Did(String what) implements Event {}

  private record Confirm(EntityActor.Batch batch, Answer answer, long incarnation) {}

  private final Host<Object> host;
  private final TimerScheduler<Object> timers;
  private final LinesLog log;
  private final Runnable moved;
  private final Flaw flaw;
  private final LastAnswers answers = new LastAnswers();
  private final Views views = new Views(1 << 20, () -> 0);

  /** 0: the entity isn't running here at the moment. */
  private long incarnation;

  private EntityState<State, Added> state;

  /**
   * @param born receives each life's own reference
   */
  static Behavior<Object> create(
      Host<Object> host, LinesLog log, Consumer<ActorRef<Object>> born, Runnable moved, Flaw flaw) {
    return Behaviors.setup(
        context -> {
          born.accept(context.getSelf());
          return Behaviors.withTimers(
              timers -> new LinesEntity(context, timers, host, log, moved, flaw));
        });
  }

  private LinesEntity(
      ActorContext<Object> context,
      TimerScheduler<Object> timers,
      Host<Object> host,
      LinesLog log,
      Runnable moved,
      Flaw flaw) {
    super(context);
    this.timers = timers;
    this.host = host;
    this.log = log;
    this.moved = moved;
    this.flaw = flaw;
  }

  @Override
  public Receive<Object> createReceive() {
    return newReceiveBuilder()
        .onMessage(MoveHere.class, m -> onMoveHere())
        .onMessage(EntityActor.Batch.class, this::onBatch)
        .onMessage(Confirm.class, this::onConfirm)
        .build();
  }

  private Behavior<Object> onMoveHere() {
    moved.run();
    begin();
    return this;
  }

  /** As after a recovery: the log is claimed, and no gateway is remembered. */
  private void begin() {
    incarnation = log.claim();
    state = log.state();
    answers.clear();
    views.begin(incarnation);
  }

  private void end() {
    host.report(new Did("found itself superseded"));
    incarnation = 0;
  }

  private Behavior<Object> onBatch(EntityActor.Batch batch) {
    if (incarnation == 0) {
      begin();
    }
    if (batch.incarnation() != incarnation && flaw != Flaw.TAKES_BATCHES_MEANT_FOR_ANOTHER) {
      host.report(new Did("refused a batch meant for another"));
      batch.replyTo().tell(new Gateway.OtherIncarnation(incarnation, self().narrow()));
      return this;
    }
    EntityActor.Batch known = flaw == Flaw.IS_SENT_NEW_NUMBERS ? renumbered(batch) : batch;
    if (answers.knows(known) && flaw != Flaw.FORGETS_ANSWERS) {
      host.report(new Did("knew a batch"));
      answers.repeat(known);
      return this;
    }
    LastBatches.LastBatch stored = state.batches().of(batch.gateway());
    if (stored == null || known.number() > stored.number()) {
      decide(batch, known.number());
    } else if (known.number() == stored.number()) {
      repeat(batch, stored);
    }
    return this;
  }

  private ActorRef<Object> self() {
    return getContext().getSelf();
  }

  private static EntityActor.Batch renumbered(EntityActor.Batch b) {
    long number = b.number() * 1_000 + b.attempt();
    return new EntityActor.Batch(
        b.gateway(), number, b.incarnation(), b.attempt(), b.ops(), b.replyTo());
  }

  private void decide(EntityActor.Batch batch, long number) {
    LinesDraft draft = new LinesDraft(state);
    List<Answer.Part> parts = new ArrayList<>();
    for (Operation<?> op : batch.ops()) {
      if (op.writes()) {
        parts.add(new Answer.Decided(draft.decide(op)));
      } else {
        parts.add(new Answer.Question<>(draft.state(), (Lines.Read) op));
        draft.skip();
      }
    }
    Answer answer = answer(batch, parts);
    if (draft.isEmpty()) {
      confirmThenSend(batch, answer);
      return;
    }
    boolean nameless = flaw == Flaw.FORGETS_STORED_BATCHES;
    Committed<Added> event = nameless ? draft.event() : draft.event(batch.gateway(), number);
    if (log.append(incarnation, event)) {
      state = draft.after(event);
      answers.put(batch.gateway(), answer);
      answer.send(batch.replyTo(), batch.attempt());
    } else {
      end();
    }
  }

  private Answer answer(EntityActor.Batch batch, List<Answer.Part> parts) {
    // Without incarnations a gateway would take any answer to its batch.
    boolean any = flaw == Flaw.TAKES_BATCHES_MEANT_FOR_ANOTHER;
    long of = any ? batch.incarnation() : incarnation;
    return new Answer(batch.number(), of, parts, views, (to, message, bytes) -> to.tell(message));
  }

  private void repeat(EntityActor.Batch batch, LastBatches.LastBatch stored) {
    host.report(new Did("repeated what a predecessor had stored"));
    List<Answer.Part> parts = new ArrayList<>();
    for (int i = 0; i < batch.ops().size(); i++) {
      parts.add(
          batch.ops().get(i) instanceof Lines.Read read
              ? new Answer.Question<>(state.model(), read)
              : new Answer.Decided(stored.results().get(i)));
    }
    confirmThenSend(batch, answer(batch, parts));
  }

  private void confirmThenSend(EntityActor.Batch batch, Answer answer) {
    if (batch.ops().stream().anyMatch(Operation::writes)) {
      answers.expect(batch);
    }
    timers.startSingleTimer(
        new Object(), new Confirm(batch, answer, incarnation), Duration.ofMillis(1));
  }

  private Behavior<Object> onConfirm(Confirm confirm) {
    if (confirm.incarnation() == incarnation) {
      if (log.isOfTheLatest(incarnation) || flaw == Flaw.CONFIRMS_NOTHING) {
        confirm.answer().send(confirm.batch().replyTo(), confirm.batch().attempt());
        answers.found(confirm.batch().gateway(), confirm.answer());
      } else {
        end();
      }
    }
    return this;
  }
}

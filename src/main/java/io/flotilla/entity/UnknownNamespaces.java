package io.flotilla.entity;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * The requests of this node for namespaces that it has not heard of. To hand them to an entity
 * would make it exist: it claims its id in the log, and that stays. So first the log is asked, once
 * for all that came meanwhile. What is still unknown then has nothing in it, and only a write that
 * changes that is handed on.
 *
 * <p>Nothing is kept of a namespace but its requests, whose number the {@link EntityClient} limits.
 */
final class UnknownNamespaces extends AbstractBehavior<UnknownNamespaces.Command> {
  private static final Duration TICK = Duration.ofMillis(100);

  sealed interface Command {}

  record Asked(String namespace, Gateway.Request request) implements Command {}

  private record CaughtUp(Throwable failure) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private final TimerScheduler<Command> timers;
  private final Existence existence;
  private final EmptyEntity<?> empty;
  private final BiConsumer<String, Gateway.Request> handOn;
  private final LongSupplier nanoTime;

  /** To be answered once the log was asked, by a question that is still to be put. */
  private List<Asked> next = new ArrayList<>();

  /** The same, but the question is under way. */
  private List<Asked> asked = new ArrayList<>();

  private boolean underWay;

  /** Reads that wait for their namespace to exist. */
  private final List<Asked> waiting = new ArrayList<>();

  /**
   * @param handOn takes what is for the entity
   * @param nanoTime by which the times in requests are
   */
  static Behavior<Command> create(
      Existence existence,
      EmptyEntity<?> empty,
      BiConsumer<String, Gateway.Request> handOn,
      LongSupplier nanoTime) {
    Behavior<Command> behavior =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers ->
                        new UnknownNamespaces(
                            context, timers, existence, empty, handOn, nanoTime)));
    return Behaviors.supervise(behavior).onFailure(SupervisorStrategy.restart());
  }

  private UnknownNamespaces(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Existence existence,
      EmptyEntity<?> empty,
      BiConsumer<String, Gateway.Request> handOn,
      LongSupplier nanoTime) {
    super(context);
    this.timers = timers;
    this.existence = existence;
    this.empty = empty;
    this.handOn = handOn;
    this.nanoTime = nanoTime;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Asked.class, this::onAsked)
        .onMessage(CaughtUp.class, this::onCaughtUp)
        .onMessage(Tick.class, tick -> onTick())
        .onSignal(PreRestart.class, signal -> refuseAll())
        .onSignal(PostStop.class, signal -> refuseAll())
        .build();
  }

  private Behavior<Command> onAsked(Asked a) {
    next.add(a);
    if (!timers.isTimerActive(Tick.INSTANCE)) {
      timers.startTimerWithFixedDelay(Tick.INSTANCE, Tick.INSTANCE, TICK);
    }
    askLog();
    return this;
  }

  private void askLog() {
    if (underWay || next.isEmpty()) {
      return;
    }
    underWay = true;
    asked = next;
    next = new ArrayList<>();
    getContext().pipeToSelf(existence.catchUp(), (done, failure) -> new CaughtUp(failure));
  }

  private Behavior<Command> onCaughtUp(CaughtUp answer) {
    underWay = false;
    List<Asked> batch = asked;
    asked = new ArrayList<>();
    if (answer.failure() != null) {
      next.addAll(batch); // asked again with the next tick
      return this;
    }
    batch.forEach(this::settle);
    askLog();
    return this;
  }

  /** The log has been asked since this came in. */
  private void settle(Asked a) {
    if (existence.isKnown(a.namespace())) {
      handOn.accept(a.namespace(), a.request());
      return;
    }
    Optional<Result> answer = empty.answer(a.request().op());
    Quota.Room room = existence.room();
    if (answer.isPresent()) {
      a.request().answer().complete(answer.get());
    } else if (!a.request().op().writes()) {
      waiting.add(a);
    } else if (room.bytes() <= 0) {
      a.request().answer().complete(room.beyond().result());
    } else {
      handOn.accept(a.namespace(), a.request());
    }
  }

  private Behavior<Command> onTick() {
    long now = nanoTime.getAsLong();
    look(now);
    next.removeIf(a -> Gateway.giveUp(a.request(), now, "unavailable"));
    asked.removeIf(a -> Gateway.giveUp(a.request(), now, "unavailable"));
    askLog();
    if (waiting.isEmpty() && next.isEmpty() && !underWay) {
      timers.cancel(Tick.INSTANCE);
    }
    return this;
  }

  /** A read that waits is over when its namespace exists, or when its time has come. */
  private void look(long now) {
    for (Iterator<Asked> all = waiting.iterator(); all.hasNext(); ) {
      Asked a = all.next();
      Gateway.Request request = a.request();
      if (request.answer().isDone()) {
        all.remove();
      } else if (existence.isKnown(a.namespace())) {
        all.remove();
        handOn.accept(a.namespace(), request);
      } else if (request.waitNanos() - now <= 0 || request.waitOver().isDone()) {
        all.remove();
        next.add(new Asked(a.namespace(), request.atOnce()));
      }
    }
  }

  private Behavior<Command> refuseAll() {
    for (List<Asked> part : List.of(next, asked, waiting)) {
      part.forEach(a -> Gateway.refuse(a.request(), "unavailable"));
    }
    return this;
  }
}

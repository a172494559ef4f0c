package io.flotilla.registry.coordinator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.flotilla.registry.CheckDefinition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets a bounded number of checks be under way at a time; the others wait. Each check asks for one
 * turn at a time, so no more wait than there are checks.
 */
final class Probes extends AbstractBehavior<Probes.Command> {
  /** How many may be under way at a time. */
  static final int UNDER_WAY = 128;

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** The rate is an average over this many seconds. */
  private static final int SECONDS = 10;

  sealed interface Command {}

  record Ask(CheckDefinition definition, ActorRef<Outcome> replyTo) implements Command {}

  record GetLoad(ActorRef<Load> replyTo) implements Command {}

  /**
   * @param perSecond checks made, over the last seconds
   */
  record Load(double perSecond, int underWay, int waiting) {}

  private record Done(Outcome outcome, ActorRef<Outcome> replyTo) implements Command {}

  private enum Second implements Command {
    INSTANCE
  }

  private final Probe probe;
  private final Queue<Ask> waiting = new ArrayDeque<>();
  private final int[] made = new int[SECONDS];
  private int second;
  private int underWay;

  static Behavior<Command> create(Probe probe) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Second.INSTANCE, SECOND);
                  return new Probes(context, probe);
                }));
  }

  private Probes(ActorContext<Command> context, Probe probe) {
    super(context);
    this.probe = probe;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ask.class, this::onAsk)
        .onMessage(Done.class, this::onDone)
        .onMessage(GetLoad.class, this::onGetLoad)
        .onMessage(Second.class, tick -> onSecond())
        .build();
  }

  private Behavior<Command> onAsk(Ask ask) {
    waiting.add(ask);
    return next();
  }

  private Behavior<Command> onDone(Done done) {
    underWay--;
    made[second]++;
    done.replyTo().tell(done.outcome());
    return next();
  }

  private Behavior<Command> onGetLoad(GetLoad get) {
    int sum = Arrays.stream(made).sum();
    get.replyTo().tell(new Load((double) sum / SECONDS, underWay, waiting.size()));
    return this;
  }

  private Behavior<Command> onSecond() {
    second = (second + 1) % SECONDS;
    made[second] = 0;
    return this;
  }

  /** One check that can't even be begun must not keep the others from being made. */
  private CompletionStage<Outcome> outcome(CheckDefinition definition) {
    try {
      return probe.ask(definition);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Behavior<Command> next() {
    while (underWay < UNDER_WAY && !waiting.isEmpty()) {
      Ask ask = waiting.remove();
      underWay++;
      getContext()
          .pipeToSelf(
              outcome(ask.definition()),
              (outcome, failure) ->
                  new Done(
                      failure == null ? outcome : Outcome.failed("the check", failure),
                      ask.replyTo()));
    }
    return this;
  }
}

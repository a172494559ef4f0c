package io.flotilla.registry.coordinator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.entity.EntityClient;
import io.flotilla.entity.Wait;
import io.flotilla.registry.CatalogDraft;
import io.flotilla.registry.CatalogRead.ChangedSince;
import io.flotilla.registry.CatalogResult.Changed;
import io.flotilla.registry.CatalogState;
import java.time.Duration;

/**
 * Tells the coordinator what changes in one namespace's catalog: one blocking query after another,
 * each from the index where the last one ended, so that nothing is missed.
 */
final class CatalogFollower extends AbstractBehavior<CatalogFollower.Command> {
  /** How long a query waits for a change. */
  private static final Duration WAIT = Duration.ofMinutes(1);

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** Between two answers, so that a burst of registrations comes in few of them. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);

  sealed interface Command {}

  /**
   * @param life the life that asked: after a failure another one asks for everything anew
   * @param changed null if there was no answer
   */
  private record Answered(CatalogFollower life, Changed changed) implements Command {}

  private record Ask(long after) implements Command {}

  private final TimerScheduler<Command> timers;
  private final EntityClient<CatalogState, CatalogDraft> catalogs;
  private final String namespace;
  private final ActorRef<Coordinator.Command> coordinator;
  private long after;

  static Behavior<Command> create(
      EntityClient<CatalogState, CatalogDraft> catalogs,
      String namespace,
      ActorRef<Coordinator.Command> coordinator) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new CatalogFollower(context, timers, catalogs, namespace, coordinator)));
  }

  private CatalogFollower(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      EntityClient<CatalogState, CatalogDraft> catalogs,
      String namespace,
      ActorRef<Coordinator.Command> coordinator) {
    super(context);
    this.timers = timers;
    this.catalogs = catalogs;
    this.namespace = namespace;
    this.coordinator = coordinator;
    ask();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(Ask.class, ask -> ask())
        .build();
  }

  private Behavior<Command> ask() {
    getContext()
        .pipeToSelf(
            catalogs.follow(namespace, new ChangedSince(after), TIMEOUT, Wait.atMost(after, WAIT)),
            (changed, failure) -> new Answered(this, changed));
    return this;
  }

  private Behavior<Command> onAnswered(Answered answered) {
    if (answered.life() != this) {
      return this;
    }
    Duration pause = PAUSE_AFTER_FAILURE;
    Changed changed = answered.changed();
    if (changed != null) {
      after = changed.index();
      coordinator.tell(new Coordinator.CatalogChanged(namespace, changed));
      pause = PAUSE;
    }
    timers.startSingleTimer(new Ask(after), pause);
    return this;
  }
}

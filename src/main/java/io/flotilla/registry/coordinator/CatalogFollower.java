package io.flotilla.registry.coordinator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.entity.EntityClient;
import io.flotilla.entity.Result;
import io.flotilla.entity.Wait;
import io.flotilla.registry.CatalogDraft;
import io.flotilla.registry.CatalogRead;
import io.flotilla.registry.CatalogResult;
import io.flotilla.registry.CatalogState;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Tells the coordinator what changes in one namespace's catalog: one blocking query after another,
 * each from the index where the last one ended, so that nothing is missed.
 */
final class CatalogFollower<R extends Result.Many<?>>
    extends AbstractBehavior<CatalogFollower.Command> {
  /** How long a query waits for a change. */
  private static final Duration WAIT = Duration.ofMinutes(1);

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);

  /**
   * What is asked for.
   *
   * @param after the query for what has changed after an index
   * @param news what the coordinator is told of an answer
   * @param pause between two answers, so that a burst of registrations comes in few of them
   */
  record Subject<R extends Result.Many<?>>(
      LongFunction<CatalogRead<R>> after, Function<R, Coordinator.Command> news, Duration pause) {

    /** The services that have changed. */
    static Subject<CatalogResult.Changed> services(String namespace) {
      return new Subject<>(
          CatalogRead.ChangedSince::new,
          changed -> new Coordinator.CatalogChanged(namespace, changed),
          Duration.ofMillis(50));
    }

    /** All nodes, if one has changed. */
    static Subject<CatalogResult.Nodes> nodes(String namespace) {
      return new Subject<>(
          after -> new CatalogRead.Nodes(Map.of()),
          nodes -> new Coordinator.NodesChanged(namespace, nodes.items()),
          Duration.ofMillis(500));
    }
  }

  sealed interface Command {}

  /**
   * @param life the life that asked: after a failure another one asks for everything anew
   * @param news null if there was no answer
   */
  private record Answered(CatalogFollower<?> life, long index, Coordinator.Command news)
      implements Command {}

  private record Ask() implements Command {}

  private final TimerScheduler<Command> timers;
  private final EntityClient<CatalogState, CatalogDraft> catalogs;
  private final String namespace;
  private final Subject<R> subject;
  private final ActorRef<Coordinator.Command> coordinator;
  private long after;

  static <R extends Result.Many<?>> Behavior<Command> create(
      EntityClient<CatalogState, CatalogDraft> catalogs,
      String namespace,
      Subject<R> subject,
      ActorRef<Coordinator.Command> coordinator) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new CatalogFollower<>(
                        context, timers, catalogs, namespace, subject, coordinator)));
  }

  private CatalogFollower(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      EntityClient<CatalogState, CatalogDraft> catalogs,
      String namespace,
      Subject<R> subject,
      ActorRef<Coordinator.Command> coordinator) {
    super(context);
    this.timers = timers;
    this.catalogs = catalogs;
    this.namespace = namespace;
    this.subject = subject;
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
            catalogs.follow(
                namespace, subject.after().apply(after), TIMEOUT, Wait.atMost(after, WAIT)),
            (answer, failure) ->
                answer == null
                    ? new Answered(this, after, null)
                    : new Answered(this, answer.index(), subject.news().apply(answer)));
    return this;
  }

  private Behavior<Command> onAnswered(Answered answered) {
    if (answered.life() != this) {
      return this;
    }
    Duration pause = PAUSE_AFTER_FAILURE;
    if (answered.news() != null) {
      after = answered.index();
      coordinator.tell(answered.news());
      pause = subject.pause();
    }
    timers.startSingleTimer(new Ask(), pause);
    return this;
  }
}

package io.flotilla.cluster;

import akka.actor.ActorSelection;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.ClusterEvent.ClusterDomainEvent;
import akka.cluster.InternalClusterAction.GossipTick$;
import akka.cluster.InternalClusterAction.LeaderActionsTick$;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Subscribe;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Makes Akka's membership gossip more often than by itself while there is something to talk about:
 * for some seconds after any change. A member that was taken out is removed once all others have
 * seen that, which takes a few rounds. But most of the time nothing changes, and rounds at the same
 * pace would be a third of what an idle node does.
 *
 * <p>Each round is one that Akka would make anyway, a little later: nothing but time rests on it.
 */
public final class Brisk extends AbstractBehavior<Brisk.Command> {
  /** That of Akka's membership, which must not wait behind the work for clients. */
  public static final String DISPATCHER = "akka.actor.internal-dispatcher";

  static final Duration INTERVAL = Duration.ofMillis(100);

  /** After the last news. In each, a member talks to one other. */
  static final int ROUNDS = 50;

  public sealed interface Command {}

  private enum News implements Command {
    INSTANCE
  }

  private enum Round implements Command {
    INSTANCE
  }

  private final TimerScheduler<Command> timers;
  private final Runnable round;
  private int rounds;

  public static Behavior<Command> create() {
    return Behaviors.setup(
        context -> {
          ActorSelection membership =
              context.getSystem().classicSystem().actorSelection("/system/cluster/core/daemon");
          return create(
              listener ->
                  Cluster.get(context.getSystem())
                      .subscriptions()
                      .tell(Subscribe.create(listener, ClusterDomainEvent.class)),
              () -> {
                membership.tell(GossipTick$.MODULE$, akka.actor.ActorRef.noSender());
                membership.tell(LeaderActionsTick$.MODULE$, akka.actor.ActorRef.noSender());
              });
        });
  }

  /**
   * @param onNews tells who wants to know of changes
   * @param round makes this member do a round at once
   */
  static Behavior<Command> create(Consumer<ActorRef<ClusterDomainEvent>> onNews, Runnable round) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(timers -> new Brisk(context, timers, onNews, round))))
        .onFailure(SupervisorStrategy.restart());
  }

  private Brisk(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Consumer<ActorRef<ClusterDomainEvent>> onNews,
      Runnable round) {
    super(context);
    this.timers = timers;
    this.round = round;
    onNews.accept(context.messageAdapter(ClusterDomainEvent.class, event -> News.INSTANCE));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(News.class, news -> onNews())
        .onMessage(Round.class, now -> onRound())
        .build();
  }

  private Behavior<Command> onNews() {
    rounds = 0;
    if (timers.isTimerActive(Round.INSTANCE)) {
      return this;
    }
    timers.startTimerWithFixedDelay(Round.INSTANCE, Round.INSTANCE, INTERVAL);
    return onRound();
  }

  private Behavior<Command> onRound() {
    round.run();
    if (++rounds == ROUNDS) {
      timers.cancel(Round.INSTANCE);
    }
    return this;
  }
}

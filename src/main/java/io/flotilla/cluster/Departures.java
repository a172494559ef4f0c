package io.flotilla.cluster;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.ClusterEvent.MemberRemoved;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Subscribe;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells the rest of this node that another one has been removed from the cluster: what it was sent
 * is lost, and Akka no longer sends to it.
 *
 * <p>The latter is why it waits a moment: the shard regions hear of the removal by another message,
 * and until then still send to the node that is gone.
 */
public final class Departures extends AbstractBehavior<Departures.Command> {
  private static final Duration MOMENT = Duration.ofMillis(50);

  public sealed interface Command {}

  private record Removed(Address node) implements Command {}

  private enum Tell implements Command {
    INSTANCE
  }

  private final TimerScheduler<Command> timers;
  private final Consumer<Set<Address>> gone;
  private Set<Address> removed = new HashSet<>();

  /**
   * @param gone called after each removal; once for several that follow closely
   */
  public static Behavior<Command> create(Consumer<Set<Address>> gone) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context -> Behaviors.withTimers(timers -> new Departures(context, timers, gone))))
        .onFailure(SupervisorStrategy.restart());
  }

  private Departures(
      ActorContext<Command> context, TimerScheduler<Command> timers, Consumer<Set<Address>> gone) {
    super(context);
    this.timers = timers;
    this.gone = gone;
    ActorRef<MemberRemoved> removals =
        context.messageAdapter(
            MemberRemoved.class, removed -> new Removed(removed.member().address()));
    Cluster.get(context.getSystem())
        .subscriptions()
        .tell(Subscribe.create(removals, MemberRemoved.class));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Removed.class, this::onRemoved)
        .onMessage(Tell.class, tell -> onTell())
        .build();
  }

  private Behavior<Command> onRemoved(Removed one) {
    removed.add(one.node());
    if (!timers.isTimerActive(Tell.INSTANCE)) {
      timers.startSingleTimer(Tell.INSTANCE, Tell.INSTANCE, MOMENT);
    }
    return this;
  }

  private Behavior<Command> onTell() {
    Set<Address> nodes = removed;
    removed = new HashSet<>();
    gone.accept(nodes);
    return this;
  }
}

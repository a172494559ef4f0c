package io.flotilla.cluster;

import akka.actor.Address;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.JoinSeedNodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes this node join Akka's cluster through the Raft leader's node.
 *
 * <p>Akka lets the first seed node found a cluster if the others don't answer. A fixed one would be
 * a single point of failure at start, and could found a second cluster behind a network partition.
 * A Raft leader has a majority, and each term has at most one: so it is the first seed here.
 */
public final class Joining extends AbstractBehavior<Joining.Command> {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final int TICKS_UNTIL_RETRY = 50;

  public sealed interface Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private final Cluster cluster;
  private final Supplier<Address> leader;
  private final List<Address> members;
  private Address joinedThrough;
  private int ticksWaited;

  /**
   * @param leader the Akka address of the Raft leader's node, or null while unknown
   * @param members the addresses of all members
   */
  public static Behavior<Command> create(Supplier<Address> leader, List<Address> members) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(timers -> new Joining(context, timers, leader, members))))
        .onFailure(SupervisorStrategy.restart());
  }

  private Joining(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Supplier<Address> leader,
      List<Address> members) {
    super(context);
    this.cluster = Cluster.get(context.getSystem());
    this.leader = leader;
    this.members = members;
    timers.startTimerWithFixedDelay(Tick.INSTANCE, Tick.INSTANCE, Duration.ZERO, TICK);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Tick.class, tick -> onTick()).build();
  }

  private Behavior<Command> onTick() {
    Member self = cluster.selfMember();
    if (self.status() == MemberStatus.up()) {
      return Behaviors.stopped();
    }
    Address through = leader.get();
    if (through == null) {
      return this;
    }
    // Akka keeps trying the seeds it was given; give it others only if the leader has changed.
    if (!through.equals(joinedThrough) || ++ticksWaited > TICKS_UNTIL_RETRY) {
      joinedThrough = through;
      ticksWaited = 0;
      List<Address> seeds = new ArrayList<>(List.of(through));
      members.stream().filter(m -> !m.equals(through)).forEach(seeds::add);
      getContext().getLog().info("Joining the cluster through {}", through);
      cluster.manager().tell(JoinSeedNodes.apply(scala(seeds)));
    }
    return this;
  }

  private static scala.collection.immutable.Seq<Address> scala(List<Address> addresses) {
    return scala.jdk.javaapi.CollectionConverters.asScala(addresses).toSeq();
  }
}

package io.flotilla.cluster;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.cluster.ClusterEvent.MemberEvent;
import akka.cluster.Member;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import akka.cluster.typed.Subscribe;
import akka.remote.UniqueAddress;
import akka.remote.artery.QuarantinedEvent;
import io.flotilla.journal.ReplicatedLog;
import io.flotilla.journal.Roster;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Removes from Akka's cluster whoever has lost its seat in the log's {@link Roster}.
 *
 * <p>Akka removes a member once it is both down and unreachable. Its own failure detectors never
 * say unreachable here ({@link Steady}); the event that a remote actor system is quarantined says
 * it of one incarnation, for good, and at once.
 */
public final class Removal extends AbstractBehavior<Removal.Command> {
  public sealed interface Command {}

  /** The roster or the members have changed. */
  private enum Look implements Command {
    INSTANCE
  }

  private final Cluster cluster;
  private final Supplier<Roster> roster;

  /** Whom this has removed: Akka takes a moment, and it is enough to tell it once. */
  private final Set<Long> removed = new HashSet<>();

  public static Behavior<Command> create(ReplicatedLog log) {
    return create(log.seats()::roster, log.seats()::onRoster);
  }

  /**
   * @param onRoster tells who wants to know of changes
   */
  static Behavior<Command> create(Supplier<Roster> roster, Consumer<Consumer<Roster>> onRoster) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(context -> new Removal(context, roster, onRoster)))
        .onFailure(SupervisorStrategy.restart());
  }

  private Removal(
      ActorContext<Command> context, Supplier<Roster> roster, Consumer<Consumer<Roster>> onRoster) {
    super(context);
    this.cluster = Cluster.get(context.getSystem());
    this.roster = roster;
    onRoster.accept(changed -> context.getSelf().tell(Look.INSTANCE));
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(MemberEvent.class, event -> Look.INSTANCE),
                MemberEvent.class));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Look.class, look -> onLook()).build();
  }

  private Behavior<Command> onLook() {
    Roster now = roster.get();
    Set<Long> present = new HashSet<>();
    for (Member member : cluster.state().getMembers()) {
      long uid = member.uniqueAddress().longUid();
      present.add(uid);
      boolean self = member.uniqueAddress().equals(cluster.selfMember().uniqueAddress());
      // Also one that is down already, as who loses its seat downs itself: to Akka it is reachable.
      if (!self && now.goneOf(uid) != null && removed.add(uid)) {
        getContext().getLog().info("{} has lost its seat: removing it", member.address());
        remove(getContext().getSystem(), member);
      }
    }
    removed.retainAll(present);
    return this;
  }

  /** Makes Akka remove the member, whether or not it is still alive. */
  static void remove(ActorSystem<?> system, Member member) {
    UniqueAddress life = new UniqueAddress(member.address(), member.uniqueAddress().longUid());
    system.classicSystem().eventStream().publish(new QuarantinedEvent(life));
    Cluster.get(system).manager().tell(Down.apply(member.address()));
  }
}

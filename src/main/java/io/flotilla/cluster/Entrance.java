package io.flotilla.cluster;

import akka.actor.Address;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.ClusterEvent.CurrentClusterState;
import akka.cluster.ClusterEvent.MemberEvent;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.UniqueAddress;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import akka.cluster.typed.GetCurrentState;
import akka.cluster.typed.Join;
import akka.cluster.typed.JoinSeedNodes;
import akka.cluster.typed.Subscribe;
import io.flotilla.cluster.Step.Enter;
import io.flotilla.cluster.Step.Found;
import io.flotilla.cluster.Step.Leave;
import io.flotilla.cluster.Step.Rest;
import io.flotilla.cluster.Step.Sit;
import io.flotilla.cluster.Step.Through;
import io.flotilla.cluster.Step.Wait;
import io.flotilla.journal.Port;
import io.flotilla.journal.ReplicatedLog;
import io.flotilla.journal.Roster;
import io.flotilla.journal.Roster.Occupant;
import io.flotilla.journal.Roster.Outcome;
import io.flotilla.journal.Roster.Seat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Takes this node's seat in the {@link Roster} and makes Akka agree with it.
 *
 * <p>It compares the roster with Akka's view, ten times a second until it is in and whenever one of
 * them changes, and does the one thing that is next ({@link Step}). Whatever happened meanwhile, it
 * goes on from what is there. One actor system joins one cluster at most; when the roster says that
 * this node's cluster is over, the system ends, and the process starts the next one.
 */
public final class Entrance extends AbstractBehavior<Entrance.Command> {
  private static final Duration TICK = Duration.ofMillis(100);

  /** While it is in: a change is told, so this is for what was forgotten. */
  private static final Duration REST = Duration.ofSeconds(2);

  private static final Duration PROBE = Duration.ofSeconds(1);

  public sealed interface Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  /** Akka's members at one moment; {@link Cluster#state} may have half of what has changed. */
  private record View(CurrentClusterState state) implements Command {
    Map<UniqueAddress, MemberStatus> statuses() {
      return StreamSupport.stream(state.getMembers().spliterator(), false)
          .collect(Collectors.toMap(Member::uniqueAddress, Member::status));
    }
  }

  /** Something that takes time has ended, well or not: look again. */
  private record Ended(String what, Throwable failure) implements Command {}

  private record Entered(Roster.Entry entry, Throwable failure) implements Command {}

  private record Probed(Optional<String> unreachable) implements Command {}

  /** Why the actor system ends: the process is to start another one. */
  public record Rejoin(String why) implements CoordinatedShutdown.Reason {}

  private final TimerScheduler<Command> timers;
  private final Cluster cluster;
  private final ActorRef<CurrentClusterState> views;
  private final ReplicatedLog log;
  private final Occupant self;
  private final Arrival arrival;
  private final Executor blocking;
  private List<Address> through = List.of();

  /** The last epoch in which somebody who was in was a member of this node's cluster, by Akka. */
  private long seen;

  private boolean busy;

  /**
   * @param self this life of this node
   * @param arrival is kept up to date
   * @param blocking where threads may block for a connection
   */
  public static Behavior<Command> create(
      ReplicatedLog log, Occupant self, Arrival arrival, Executor blocking) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(
                        timers -> new Entrance(context, timers, log, self, arrival, blocking))))
        .onFailure(SupervisorStrategy.restart());
  }

  private Entrance(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ReplicatedLog log,
      Occupant self,
      Arrival arrival,
      Executor blocking) {
    super(context);
    context.setLoggerName(Entrance.class);
    this.timers = timers;
    this.cluster = Cluster.get(context.getSystem());
    this.views = context.messageAdapter(CurrentClusterState.class, View::new);
    this.log = log;
    this.self = self;
    this.arrival = arrival;
    this.blocking = blocking;
    ActorRef<Command> me = context.getSelf();
    me.tell(Tick.INSTANCE);
    log.seats().onRoster(roster -> me.tell(Tick.INSTANCE));
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(MemberEvent.class, event -> Tick.INSTANCE),
                MemberEvent.class));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(View.class, view -> busy ? this : look(view))
        .onMessage(Probed.class, this::onProbed)
        .onMessage(Entered.class, this::onEntered)
        .onMessage(Ended.class, this::onEnded)
        .build();
  }

  private Behavior<Command> onTick() {
    timers.startSingleTimer(Tick.INSTANCE, Tick.INSTANCE, TICK);
    cluster.subscriptions().tell(new GetCurrentState(views));
    return this;
  }

  private Behavior<Command> look(View view) {
    if (CoordinatedShutdown.get(getContext().getSystem()).getShutdownReason().isPresent()) {
      return Behaviors.stopped(); // it has left Akka's cluster, or is about to
    }
    Roster roster = log.seats().roster();
    Map<UniqueAddress, MemberStatus> statuses = view.statuses();
    Set<Long> members =
        statuses.keySet().stream().map(UniqueAddress::longUid).collect(Collectors.toSet());
    if (Step.isKnown(roster.in(), members)) {
      seen = roster.epoch();
    }
    MemberStatus own =
        statuses.getOrDefault(cluster.selfMember().uniqueAddress(), MemberStatus.removed());
    Step step = Step.next(roster, self.uid(), own, members, seen);
    arrival.set(step);
    if (step instanceof Rest) {
      timers.startSingleTimer(Tick.INSTANCE, Tick.INSTANCE, REST);
    } else if (step instanceof Enter) {
      probe(roster.in());
    } else if (step instanceof Found) {
      getContext().getLog().info("Founding the cluster of epoch {}", roster.epoch());
      cluster.manager().tell(Join.create(cluster.selfMember().address()));
    } else if (step instanceof Through other) {
      join(other.seats());
    } else if (step instanceof Sit) {
      run("sit down", log.seats().seated(seen, self.uid()));
    } else if (step instanceof Leave leave) {
      getContext().getLog().warn("{}; joining again", leave.why());
      // The others have removed it. So that it doesn't wait for them to let it go:
      cluster.manager().tell(Down.apply(cluster.selfMember().address()));
      end(new Rejoin(leave.why()));
      return Behaviors.stopped();
    }
    return this;
  }

  /**
   * Who can't reach all that are in doesn't enter: they would have to put it out again, for the
   * cluster needs every pair to be connected.
   */
  private void probe(List<Seat> in) {
    busy = true;
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(() -> firstUnreachable(in), blocking),
            (unreachable, failure) -> new Probed(failure == null ? unreachable : Optional.empty()));
  }

  private Optional<String> firstUnreachable(List<Seat> in) {
    return in.stream()
        .map(Seat::who)
        .filter(other -> !other.node().equals(self.node()))
        .filter(other -> Port.probe(other.host(), other.clusterPort(), PROBE) != Port.OPEN)
        .map(other -> other.node() + " at " + other.host() + ":" + other.clusterPort())
        .findFirst();
  }

  private Behavior<Command> onProbed(Probed probed) {
    busy = false;
    if (probed.unreachable().isPresent()) {
      arrival.set(
          new Wait("it can't reach " + probed.unreachable().get() + ", which is in the cluster"));
      return this;
    }
    busy = true;
    getContext().pipeToSelf(log.seats().enter(self), Entered::new);
    return this;
  }

  private Behavior<Command> onEntered(Entered entered) {
    if (entered.failure() != null) {
      return onEnded(new Ended("enter", entered.failure()));
    }
    if (entered.entry().outcome() == Outcome.REMOVED) {
      // The log ends it, once the group is without it.
      arrival.set(new Wait("an operator has removed it"));
      return Behaviors.stopped();
    }
    // Until this node has applied that, too, its roster looks as if it hadn't asked.
    run("read the log", log.catchUp());
    return this;
  }

  private void end(CoordinatedShutdown.Reason reason) {
    CoordinatedShutdown.get(getContext().getSystem()).run(reason);
  }

  private void run(String what, CompletionStage<?> stage) {
    busy = true;
    getContext().pipeToSelf(stage, (done, failure) -> new Ended(what, failure));
  }

  private Behavior<Command> onEnded(Ended ended) {
    busy = false;
    if (ended.failure() != null) {
      getContext().getLog().info("Can't {} yet: {}", ended.what(), ended.failure().getMessage());
    }
    return this;
  }

  private void join(List<Seat> seats) {
    List<Address> addresses =
        seats.stream()
            .map(Seat::who)
            .map(other -> new Address("akka", "flotilla", other.host(), other.clusterPort()))
            .toList();
    if (!addresses.equals(through)) { // Akka repeats it by itself
      through = addresses;
      getContext().getLog().info("Joining the cluster through {}", addresses);
      cluster.manager().tell(new JoinSeedNodes(addresses));
    }
  }
}

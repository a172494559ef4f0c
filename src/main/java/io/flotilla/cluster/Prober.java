package io.flotilla.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.journal.Port;
import io.flotilla.journal.Roster;
import io.flotilla.journal.Roster.Occupant;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Looks at the ports of the other members: once a second, and the moment a process ends.
 *
 * <p>It keeps a silent connection to each member's Raft port open, a {@link Tripwire}. The
 * operating system ends it the moment the process dies, and refuses new ones. A member that is cut
 * off breaks and refuses no connection, and doesn't answer new ones. One that is paused does: the
 * connection is made by its operating system.
 */
final class Prober extends AbstractBehavior<Prober.Command> {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /**
   * Between looks at a silent member: hardly any, for nobody may take two silences for one. A
   * member that was cut off for a moment each time this looked was taken for one that is cut off.
   */
  static final Duration SILENT_INTERVAL = Duration.ofMillis(100);

  sealed interface Command {}

  /** Look at those who have a seat, and at nobody else. */
  record Watch(Roster roster) implements Command {}

  private record Look(Occupant member) implements Command {}

  private record Broken(Occupant member, Tripwire wire) implements Command {}

  private record Probed(Occupant member, Port port) implements Command {}

  /** How a member's ports respond; told after each look. */
  record Found(Occupant member, Port port) {}

  private final String self;
  private final ActorRef<Found> listener;
  private final TimerScheduler<Command> timers;
  private final Executor blocking;

  /** By those who are watched; null while there is no connection. */
  private final Map<Occupant, Tripwire> wires = new HashMap<>();

  /**
   * @param self the node not to look at
   * @param blocking where threads may block for a connection
   */
  static Behavior<Command> create(String self, ActorRef<Found> listener, Executor blocking) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(
                        timers -> new Prober(context, timers, self, listener, blocking))))
        .onFailure(SupervisorStrategy.resume());
  }

  private Prober(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      String self,
      ActorRef<Found> listener,
      Executor blocking) {
    super(context);
    context.setLoggerName(Prober.class);
    this.self = self;
    this.listener = listener;
    this.timers = timers;
    this.blocking = blocking;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Watch.class, this::onWatch)
        .onMessage(Look.class, look -> look(look.member()))
        .onMessage(Broken.class, this::onBroken)
        .onMessage(Probed.class, this::onProbed)
        .onSignal(PostStop.class, stop -> onStop())
        .build();
  }

  private Behavior<Command> onWatch(Watch watch) {
    List<Occupant> seated = watch.roster().seats().values().stream().map(Roster.Seat::who).toList();
    wires.keySet().stream().filter(m -> !seated.contains(m)).toList().forEach(this::forget);
    for (Occupant member : seated) {
      if (!member.node().equals(self) && !wires.containsKey(member)) {
        wires.put(member, null);
        look(member);
      }
    }
    return this;
  }

  private void forget(Occupant member) {
    timers.cancel(member);
    Tripwire wire = wires.remove(member);
    if (wire != null) {
      wire.close();
    }
  }

  private Behavior<Command> onBroken(Broken broken) {
    if (wires.replace(broken.member(), broken.wire(), null)) {
      timers.cancel(broken.member());
      look(broken.member());
    }
    return this;
  }

  private Behavior<Command> look(Occupant member) {
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(() -> probe(member), blocking),
            (port, failure) -> new Probed(member, failure == null ? port : Port.SILENT));
    return this;
  }

  /** Refused only if both ports refuse: the process that had them is gone. */
  private static Port probe(Occupant member) {
    Port raft = Port.probe(member.host(), member.raftPort(), TIMEOUT);
    return raft == Port.REFUSED ? Port.probe(member.host(), member.clusterPort(), TIMEOUT) : raft;
  }

  private Behavior<Command> onProbed(Probed probed) {
    Occupant member = probed.member();
    if (wires.containsKey(member)) {
      boolean silent = probed.port() == Port.SILENT;
      timers.startSingleTimer(member, new Look(member), silent ? SILENT_INTERVAL : INTERVAL);
      if (probed.port() == Port.OPEN && wires.get(member) == null) {
        connect(member);
      }
      listener.tell(new Found(member, probed.port()));
    }
    return this;
  }

  private void connect(Occupant member) {
    ActorRef<Command> me = getContext().getSelf();
    try {
      wires.put(
          member,
          Tripwire.to(member.host(), member.raftPort(), wire -> me.tell(new Broken(member, wire))));
    } catch (UncheckedIOException e) {
      // This process has no file handles left. The next look tries again.
    }
  }

  private Behavior<Command> onStop() {
    List.copyOf(wires.keySet()).forEach(this::forget);
    return this;
  }
}

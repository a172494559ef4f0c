package io.flotilla.cluster;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import io.flotilla.journal.Seed;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Removes a member whose process is gone from the cluster at once.
 *
 * <p>It keeps a silent connection to each member's Raft port open. The operating system ends it the
 * moment the process dies, and refuses new ones. So a member whose connection broke, and whose Raft
 * and cluster ports both refuse connections, is dead; a node that is connected to a majority downs
 * it. A silent member (paused, cut off, machine gone) breaks and refuses no connection: it is left
 * to Akka's failure detector. If a firewall refuses connections to a living process, the log's
 * fence still keeps that process from writing.
 */
public final class CrashDetector extends AbstractBehavior<CrashDetector.Command> {
  private static final Duration RECONNECT = Duration.ofMillis(500);
  private static final Duration PROBE_TIMEOUT = Duration.ofMillis(150);

  public sealed interface Command {}

  private record Connect(Seed seed) implements Command {}

  record Connected(Seed seed) implements Command {}

  record Broken(Seed seed) implements Command {}

  private record Probed(Seed seed, boolean gone) implements Command {}

  private final Cluster cluster;
  private final TimerScheduler<Command> timers;
  private final int members;
  private final Executor blocking;
  private final Map<Seed, Tripwire> wires = new HashMap<>();
  private final Set<Seed> connected = new HashSet<>();

  /**
   * @param others the other members
   * @param blocking where threads may block for a connection
   */
  public static Behavior<Command> create(List<Seed> others, Executor blocking) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(
                        timers -> new CrashDetector(context, timers, others, blocking))))
        .onFailure(SupervisorStrategy.resume());
  }

  private CrashDetector(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      List<Seed> others,
      Executor blocking) {
    super(context);
    this.cluster = Cluster.get(context.getSystem());
    this.timers = timers;
    this.members = others.size() + 1;
    this.blocking = blocking;
    others.forEach(other -> context.getSelf().tell(new Connect(other)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Connect.class, this::onConnect)
        .onMessage(Connected.class, this::onConnected)
        .onMessage(Broken.class, this::onBroken)
        .onMessage(Probed.class, this::onProbed)
        .onSignal(PostStop.class, stop -> onStop())
        .build();
  }

  private Behavior<Command> onConnect(Connect connect) {
    ActorRef<Command> self = getContext().getSelf();
    Seed seed = connect.seed();
    try {
      wires.put(
          seed,
          Tripwire.to(
              seed.host(),
              seed.raftPort(),
              () -> self.tell(new Connected(seed)),
              () -> self.tell(new Broken(seed))));
    } catch (UncheckedIOException e) { // this process has no file handles left
      timers.startSingleTimer(seed, connect, RECONNECT);
    }
    return this;
  }

  private Behavior<Command> onConnected(Connected c) {
    connected.add(c.seed());
    return this;
  }

  private Behavior<Command> onBroken(Broken broken) {
    Seed seed = broken.seed();
    connected.remove(seed);
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(() -> refuses(seed), blocking),
            (gone, failure) -> new Probed(seed, failure == null && gone));
    return this;
  }

  private static boolean refuses(Seed seed) {
    return Port.probe(seed.host(), seed.raftPort(), PROBE_TIMEOUT) == Port.REFUSED
        && Port.probe(seed.host(), seed.clusterPort(), PROBE_TIMEOUT) == Port.REFUSED;
  }

  private Behavior<Command> onProbed(Probed probed) {
    boolean majority = connected.size() + 1 > members / 2;
    if (probed.gone() && majority) {
      down(probed.seed());
    }
    timers.startSingleTimer(probed.seed(), new Connect(probed.seed()), RECONNECT);
    return this;
  }

  private void down(Seed seed) {
    for (Member member : cluster.state().getMembers()) {
      Address address = member.address();
      boolean same =
          address.getHost().filter(seed.host()::equals).isPresent()
              && address.getPort().filter(p -> p == seed.clusterPort()).isPresent();
      if (same && member.status() != MemberStatus.down()) {
        getContext().getLog().info("{} is gone: its ports refuse connections", seed.id());
        cluster.manager().tell(Down.apply(address));
      }
    }
  }

  private Behavior<Command> onStop() {
    wires.values().forEach(Tripwire::close);
    return this;
  }
}

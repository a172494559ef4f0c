package io.flotilla.cluster;

import akka.actor.Address;
import akka.actor.typed.Behavior;
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
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Takes a member whose process is gone out of the cluster within a second.
 *
 * <p>The operating system closes the ports of a process that was killed, and answers the next
 * connection with a refusal at once. So a member whose cluster port and Raft port both refuse,
 * twice in a row, is dead, and is downed by a node that can still connect to a majority. A silent
 * member (paused, cut off, machine gone) refuses nothing: it is left to the failure detector.
 * Should a firewall refuse in the name of a living process, the log's fence still keeps it from
 * writing.
 */
public final class CrashDetector extends AbstractBehavior<CrashDetector.Command> {
  private static final Duration INTERVAL = Duration.ofMillis(200);
  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(150);
  private static final int REFUSALS = 2;

  public sealed interface Command {}

  private enum Probe implements Command {
    INSTANCE
  }

  private record Probed(Map<Seed, Port> ports) implements Command {}

  private final Cluster cluster;
  private final TimerScheduler<Command> timers;
  private final List<Seed> others;
  private final Executor blocking;
  private final Map<Seed, Integer> refusals = new HashMap<>();
  private final Set<Long> downed = new HashSet<>();

  /**
   * @param others the members but this one
   * @param blocking where a thread may wait for a connection
   */
  public static Behavior<Command> create(List<Seed> others, Executor blocking) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new CrashDetector(context, timers, others, blocking)));
  }

  private CrashDetector(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      List<Seed> others,
      Executor blocking) {
    super(context);
    this.cluster = Cluster.get(context.getSystem());
    this.timers = timers;
    this.others = others;
    this.blocking = blocking;
    later();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Probe.class, probe -> onProbe())
        .onMessage(Probed.class, this::onProbed)
        .build();
  }

  private Behavior<Command> onProbe() {
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(this::probeAll, blocking),
            (ports, failure) -> failure == null ? new Probed(ports) : new Probed(Map.of()));
    return this;
  }

  private Map<Seed, Port> probeAll() {
    Map<Seed, Port> ports = new HashMap<>();
    for (Seed other : others) {
      Port cluster = Port.probe(other.host(), other.clusterPort(), CONNECT_TIMEOUT);
      ports.put(
          other,
          cluster == Port.REFUSED
              ? Port.probe(other.host(), other.raftPort(), CONNECT_TIMEOUT)
              : cluster);
    }
    return ports;
  }

  private Behavior<Command> onProbed(Probed probed) {
    long open = 1 + probed.ports.values().stream().filter(p -> p == Port.OPEN).count();
    boolean majority = open > (others.size() + 1) / 2;
    probed.ports.forEach(
        (seed, port) -> {
          int n = port == Port.REFUSED ? refusals.merge(seed, 1, Integer::sum) : 0;
          if (n == 0) {
            refusals.remove(seed);
          } else if (n >= REFUSALS && majority) {
            down(seed);
          }
        });
    later();
    return this;
  }

  private void down(Seed seed) {
    for (Member member : cluster.state().getMembers()) {
      Address address = member.address();
      boolean same =
          address.getHost().filter(seed.host()::equals).isPresent()
              && address.getPort().filter(p -> p == seed.clusterPort()).isPresent();
      if (same
          && member.status() != MemberStatus.down()
          && downed.add(member.uniqueAddress().longUid())) {
        getContext().getLog().info("{} is gone: its ports refuse connections", seed.id());
        cluster.manager().tell(Down.apply(address));
      }
    }
  }

  private void later() {
    timers.startSingleTimer(Probe.INSTANCE, INTERVAL);
  }
}

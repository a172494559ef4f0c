package io.flotilla.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.cluster.Reporter.Report;
import io.flotilla.cluster.Reporter.ShardReport;
import io.flotilla.journal.Handover;
import io.flotilla.journal.Port;
import io.flotilla.journal.ReplicatedLog;
import io.flotilla.journal.Roster;
import io.flotilla.journal.Roster.Gone;
import io.flotilla.journal.Roster.Seat;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tells what happens in the cluster, as this node sees it. It decides nothing.
 *
 * <p>What the log says of members is told as it is applied, and what the {@link Prober} finds at
 * once. Who leads, who is silent and what was claimed is looked at each tick; what happened before
 * something that is told at once is told before it. Where the shards are is asked of the members
 * after a claim, as each shard that moves claims what is in it.
 */
public final class Witness extends AbstractBehavior<Witness.Command> {
  static final Duration TICK = Duration.ofMillis(100);

  /** As long as Raft may have asked nobody, and as a busy member may need. */
  private static final long SILENT_MILLIS = 1500;

  /** Of a kind of event, how many names it has. */
  static final int NAMES = 3;

  private static final String KEY_SPACES = "KeySpace";
  private static final String SILENT = "Silent";

  /** Where this sees it. */
  interface Sight {
    /** As far as this node knows; null: nobody. */
    String leader();

    long term();

    /** See {@code Peers}. */
    Map<String, Long> silences();

    Roster roster();

    /** Since the last call. */
    List<Handover> handovers();
  }

  public sealed interface Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private record Changed(Roster roster) implements Command {}

  private record Found(Prober.Found found) implements Command {}

  private record Located(List<Report> reports) implements Command {}

  private final Sight sight;
  private final ActorRef<Reporters.Collect> reporters;
  private final BiConsumer<Instant, ClusterEvent> listener;
  private final Clock clock;
  private final LongSupplier nanoTime;

  /** What is said of those that can't be reached, by node. */
  private final Map<String, String> unreachable = new HashMap<>();

  /** Where shards are, by name. */
  private final Map<String, String> homes = new HashMap<>();

  private String leader;
  private long term;

  /** Null before the first. */
  private Roster roster;

  private boolean asking;
  private boolean askAgain;
  private boolean located;

  /** Sees what this member's log has, and Raft beneath it. */
  private record OfLog(ReplicatedLog log) implements Sight {
    @Override
    public String leader() {
      return log.leaderNodeId();
    }

    @Override
    public long term() {
      return log.status().term();
    }

    @Override
    public Map<String, Long> silences() {
      return log.peers().silences();
    }

    @Override
    public Roster roster() {
      return log.seats().roster();
    }

    @Override
    public List<Handover> handovers() {
      return log.handovers().take();
    }
  }

  /**
   * @param reporters who ask each member where its shards are
   * @param listener is told everything, one after another
   */
  public static Behavior<Command> create(
      ReplicatedLog log,
      ActorRef<Reporters.Collect> reporters,
      BiConsumer<Instant, ClusterEvent> listener,
      Clock clock,
      LongSupplier nanoTime) {
    return create(new OfLog(log), log.seats()::onRoster, reporters, listener, clock, nanoTime);
  }

  /**
   * @param onRoster tells who wants to know of changes
   * @param listener is told everything, one after another
   */
  static Behavior<Command> create(
      Sight sight,
      Consumer<Consumer<Roster>> onRoster,
      ActorRef<Reporters.Collect> reporters,
      BiConsumer<Instant, ClusterEvent> listener,
      Clock clock,
      LongSupplier nanoTime) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(
                        timers ->
                            new Witness(
                                context, timers, sight, onRoster, reporters, listener, clock,
                                nanoTime))))
        .onFailure(SupervisorStrategy.restart());
  }

  private Witness(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Sight sight,
      Consumer<Consumer<Roster>> onRoster,
      ActorRef<Reporters.Collect> reporters,
      BiConsumer<Instant, ClusterEvent> listener,
      Clock clock,
      LongSupplier nanoTime) {
    super(context);
    this.sight = sight;
    this.reporters = reporters;
    this.listener = listener;
    this.clock = clock;
    this.nanoTime = nanoTime;
    sight.handovers(); // those before are not of interest
    ActorRef<Command> me = context.getSelf();
    onRoster.accept(changed -> me.tell(new Changed(changed)));
    ActorRef<Prober.Found> found = context.messageAdapter(Prober.Found.class, Found::new);
    context.getSystem().eventStream().tell(new EventStream.Subscribe<>(Prober.Found.class, found));
    timers.startTimerWithFixedDelay(Tick.INSTANCE, Tick.INSTANCE, TICK);
    locate();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(Changed.class, this::onChanged)
        .onMessage(Found.class, this::onFound)
        .onMessage(Located.class, this::onLocated)
        .build();
  }

  private void tell(ClusterEvent event) {
    listener.accept(clock.instant(), event);
  }

  private Behavior<Command> onTick() {
    look();
    return this;
  }

  private void look() {
    lookAtLeader();
    lookAtSilences();
    lookAtHandovers();
  }

  private void lookAtLeader() {
    String now = sight.leader();
    long itsTerm = sight.term();
    boolean same = Objects.equals(now, leader) && (now == null || itsTerm == term);
    if (!same) {
      leader = now;
      term = itsTerm;
      tell(new ClusterEvent.Leader(now, itsTerm));
    }
  }

  /** A leader's only: elsewhere nobody is silent. */
  private void lookAtSilences() {
    Map<String, Long> silences = sight.silences();
    if (silences.isEmpty()) {
      unreachable.values().removeIf(SILENT::equals);
      return;
    }
    for (Seat seat : sight.roster().seats().values()) {
      Long silence = silences.get(seat.who().peerId());
      String node = seat.who().node();
      if (silence == null) {
        continue;
      }
      if (silence > SILENT_MILLIS && !unreachable.containsKey(node)) {
        lost(node, SILENT);
      } else if (silence <= SILENT_MILLIS && SILENT.equals(unreachable.get(node))) {
        found(node);
      }
    }
  }

  private void lost(String node, String why) {
    unreachable.put(node, why);
    tell(new ClusterEvent.Unreachable(node, why));
  }

  private void found(String node) {
    unreachable.remove(node);
    tell(new ClusterEvent.Reachable(node));
  }

  private Behavior<Command> onFound(Found f) {
    look();
    String node = f.found().member().node();
    Port port = f.found().port();
    if (port == Port.OPEN) {
      if (unreachable.containsKey(node)) {
        found(node);
      }
    } else if (!unreachable.containsKey(node)) {
      lost(node, port == Port.REFUSED ? "Refused" : "NoAnswer");
    }
    return this;
  }

  // ---- members

  private Behavior<Command> onChanged(Changed changed) {
    look();
    if (roster != null) {
      left(roster, changed.roster());
      came(roster, changed.roster());
    }
    roster = changed.roster();
    return this;
  }

  private void left(Roster before, Roster after) {
    Set<Long> known = new HashSet<>();
    before.gone().forEach(gone -> known.add(gone.uid()));
    for (Gone gone : after.gone()) {
      if (!known.contains(gone.uid())) {
        unreachable.remove(gone.node());
        tell(new ClusterEvent.Left(gone.node(), capitalized(gone.why().name())));
      }
    }
  }

  private void came(Roster before, Roster after) {
    for (Seat seat : after.seats().values()) {
      Seat held = before.seatOf(seat.who().uid());
      if (held == null || held.status() != seat.status()) {
        String node = seat.who().node();
        tell(seat.isIn() ? new ClusterEvent.Joined(node) : new ClusterEvent.Joining(node));
      }
    }
  }

  private static String capitalized(String name) {
    return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
  }

  // ---- namespaces

  /** Of those of one kind that were claimed, or first written to, since the last look. */
  private static final class Group {
    private final List<String> names = new ArrayList<>();
    private long firstAt;
    private int count;
    private long index;
    private long nanos;

    void add(Handover step, String name) {
      if (count++ == 0) {
        firstAt = step.at();
      }
      if (names.size() < NAMES) {
        names.add(name);
      }
      index = step.index();
      if (step instanceof Handover.Written written) {
        nanos = Math.max(nanos, written.at() - written.claimedAt());
      }
    }
  }

  private record Key(String kind, boolean written) {}

  private void lookAtHandovers() {
    Map<Key, Group> groups = new LinkedHashMap<>();
    for (Handover step : sight.handovers()) {
      String id = step.persistenceId();
      int bar = id.indexOf('|');
      String kind = bar < 0 ? id : id.substring(0, bar);
      groups
          .computeIfAbsent(new Key(kind, step instanceof Handover.Written), key -> new Group())
          .add(step, id.substring(bar + 1));
    }
    groups.forEach(this::tell);
    if (groups.containsKey(new Key(KEY_SPACES, false))) {
      locate();
    }
  }

  private void tell(Key key, Group g) {
    Duration ago = Duration.ofNanos(nanoTime.getAsLong() - g.firstAt);
    ClusterEvent event =
        key.written()
            ? new ClusterEvent.Written(
                key.kind(), g.names, g.count, g.index, Duration.ofNanos(g.nanos).toMillis())
            : new ClusterEvent.Claimed(key.kind(), g.names, g.count, g.index);
    listener.accept(clock.instant().minus(ago), event);
  }

  // ---- shards

  private void locate() {
    askAgain = asking;
    if (!asking) {
      asking = true;
      getContext()
          .ask(
              Reporters.Collected.class,
              reporters,
              Reporters.TIMEOUT.multipliedBy(2),
              Reporters.Collect::new,
              (collected, failure) ->
                  new Located(failure == null ? collected.reports() : List.of()));
    }
  }

  private Behavior<Command> onLocated(Located now) {
    asking = false;
    for (Report report : now.reports()) {
      for (ShardReport shard : report.shards()) {
        locate(report.id(), shard);
      }
    }
    located = true;
    if (askAgain) {
      locate();
    }
    return this;
  }

  /** The first answer tells where they are, not that they moved. */
  private void locate(String node, ShardReport shard) {
    if (shard.namespaces().isEmpty()) {
      return;
    }
    String before = homes.put(shard.shard(), node);
    if (located && !node.equals(before)) {
      List<String> names = shard.namespaces();
      List<String> first = names.subList(0, Math.min(NAMES, names.size()));
      tell(new ClusterEvent.Shard(shard.shard(), List.copyOf(first), names.size(), before, node));
    }
  }
}

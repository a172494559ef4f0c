package io.flotilla.cluster;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.cluster.FailureDetector.Verdict;
import io.flotilla.journal.Port;
import io.flotilla.journal.ReplicatedLog;
import io.flotilla.journal.Roster;
import io.flotilla.journal.Roster.Occupant;
import io.flotilla.journal.Roster.Seat;
import io.flotilla.wire.Message;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Takes the seats of members that are gone. Runs on every node, and acts on the Raft leader's only:
 * {@link FailureDetector} judges there, and the log makes the verdict everybody's.
 */
public final class Evictor extends AbstractBehavior<Evictor.Command> {
  /** Of the actor, which each node finds on the others by its path. */
  public static final String NAME = "evictor";

  private static final int TICKS_BETWEEN_REPORTS = 10;

  public sealed interface Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private record Changed(Roster roster) implements Command {}

  private record Found(Prober.Found found) implements Command {}

  private record Done(long uid, Throwable failure) implements Command {}

  /**
   * From another node to the leader's: these lives don't answer me. Repeated while it is so; when
   * one answers again, that is said at once.
   */
  record Unreachable(long reporter, List<Long> silent) implements Command, Message {}

  private final ReplicatedLog log;
  private final Occupant self;
  private final LongSupplier nanoTime;
  private final ActorRef<Prober.Command> prober;
  private final FailureDetector detector;
  private final Set<Long> underWay = new HashSet<>();

  /** Since when a member's ports have refused, or not answered, this node. */
  private final Map<Occupant, Long> refusing = new HashMap<>();

  private final Map<Occupant, Long> silent = new HashMap<>();
  private final Cuts cuts = new Cuts();
  private int ticks;

  /**
   * @param self this life of this node
   * @param blocking where threads may block for a connection
   */
  public static Behavior<Command> create(
      ReplicatedLog log, Occupant self, Executor blocking, LongSupplier nanoTime) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(
                        timers -> new Evictor(context, timers, log, self, blocking, nanoTime))))
        .onFailure(SupervisorStrategy.restart());
  }

  private Evictor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ReplicatedLog log,
      Occupant self,
      Executor blocking,
      LongSupplier nanoTime) {
    super(context);
    context.setLoggerName(Evictor.class);
    this.log = log;
    this.self = self;
    this.nanoTime = nanoTime;
    this.detector = new FailureDetector(self.peerId());
    this.prober =
        context.spawn(
            Prober.create(
                self.node(), context.messageAdapter(Prober.Found.class, Found::new), blocking),
            "prober");
    ActorRef<Command> me = context.getSelf();
    log.seats().onRoster(roster -> me.tell(new Changed(roster)));
    timers.startTimerAtFixedRate(Tick.INSTANCE, Tick.INSTANCE, FailureDetector.TICK);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(Changed.class, this::onChanged)
        .onMessage(Found.class, this::onFound)
        .onMessage(Unreachable.class, this::onUnreachable)
        .onMessage(Done.class, this::onDone)
        .build();
  }

  private Behavior<Command> onChanged(Changed changed) {
    prober.tell(new Prober.Watch(changed.roster()));
    Set<Occupant> seated = new HashSet<>();
    changed.roster().seats().values().forEach(seat -> seated.add(seat.who()));
    refusing.keySet().retainAll(seated);
    silent.keySet().retainAll(seated);
    return this;
  }

  private Behavior<Command> onFound(Found f) {
    Occupant member = f.found().member();
    Port port = f.found().port();
    boolean turned = note(refusing, member, port == Port.REFUSED);
    boolean changed = note(silent, member, port == Port.SILENT);
    if (turned || changed) {
      getContext().getSystem().eventStream().tell(new EventStream.Publish<>(f.found()));
    }
    if (changed && port != Port.SILENT && !log.peers().leads()) {
      report();
    }
    if (port == Port.REFUSED) {
      log.peers().leaderGone(member.peerId());
      if (log.peers().leads()) {
        onTick(); // a crash is certain: don't wait
      }
    }
    return this;
  }

  /** {@return whether that is new} */
  private boolean note(Map<Occupant, Long> since, Occupant member, boolean is) {
    return is
        ? since.putIfAbsent(member, nanoTime.getAsLong()) == null
        : since.remove(member) != null;
  }

  private Behavior<Command> onUnreachable(Unreachable u) {
    cuts.reported(u.reporter(), u.silent(), nanoTime.getAsLong());
    return this;
  }

  private Behavior<Command> onTick() {
    if (log.peers().leads()) {
      for (Verdict verdict : detector.judge(nanoTime.getAsLong(), seats(), new Known())) {
        evict(verdict);
      }
    } else {
      detector.rest(nanoTime.getAsLong());
      if (ticks++ % TICKS_BETWEEN_REPORTS == 0 && !silent.isEmpty()) {
        report();
      }
    }
    return this;
  }

  private List<Seat> seats() {
    return List.copyOf(log.seats().roster().seats().values());
  }

  private void evict(Verdict verdict) {
    Occupant member = verdict.seat().who();
    if (underWay.add(member.uid())) {
      getContext().getLog().info("{} is out: {}", member.node(), verdict.why());
      getContext()
          .pipeToSelf(
              log.seats().out(member.uid(), verdict.why()),
              (done, failure) -> new Done(member.uid(), failure));
    }
  }

  private Behavior<Command> onDone(Done done) {
    underWay.remove(done.uid());
    if (done.failure() != null) {
      getContext().getLog().info("That isn't stored yet: {}", done.failure().getMessage());
    }
    return this;
  }

  private void report() {
    String leader = log.leaderNodeId();
    Seat seat = leader == null ? null : log.seats().roster().seats().get(leader);
    if (seat != null) {
      String path =
          "akka://flotilla@%s:%d/system/%s"
              .formatted(seat.who().host(), seat.who().clusterPort(), NAME);
      ActorRef<Command> there =
          ActorRefResolver.get(getContext().getSystem()).resolveActorRef(path);
      there.tell(new Unreachable(self.uid(), silent.keySet().stream().map(Occupant::uid).toList()));
    }
  }

  /** What this node knows of the others. */
  private final class Known implements FailureDetector.Evidence {
    private final Map<String, Long> silences = log.peers().silences();

    @Override
    public OptionalLong silence(Seat seat) {
      Long millis = silences.get(seat.who().peerId());
      return millis == null
          ? OptionalLong.empty()
          : OptionalLong.of(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Override
    public OptionalLong refusing(Seat seat) {
      Long since = refusing.get(seat.who());
      return since == null ? OptionalLong.empty() : OptionalLong.of(since);
    }

    @Override
    public OptionalLong cut(Seat from, Seat to) {
      return cuts.since(from.who().uid(), to.who().uid(), nanoTime.getAsLong());
    }
  }
}

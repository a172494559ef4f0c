package io.flotilla.lab.lesson;

import io.flotilla.lab.Gossip;
import io.flotilla.lab.Gossip.Learnt;
import io.flotilla.lab.GossipMutants;
import io.flotilla.lab.Replication;
import io.flotilla.lab.ReplicationMsg;
import io.flotilla.lab.ReplicationMsg.Acknowledged;
import io.flotilla.lab.ReplicationMsg.Answered;
import io.flotilla.lab.ReplicationMsg.Asked;
import io.flotilla.lab.ReplicationMsg.Mode;
import io.flotilla.lab.ReplicationMsg.Stored;
import io.flotilla.lab.ReplicationMutants;
import io.flotilla.lab.check.Invocation;
import io.flotilla.lab.check.Linearizability;
import io.flotilla.lab.check.Linearizability.RegisterOp;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Choice.Kind;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Spreading news and copies. */
final class SpreadingLessons {
  private SpreadingLessons() {}

  /** The nodes that know the rumor, and those that should, as they were never down. */
  private record Rumors(SortedSet<String> know, SortedSet<String> steady, boolean reliable) {
    Rumors after(SimEvent e) {
      if (e.payload() instanceof Learnt) {
        return new Rumors(Folds.plus(know, e.node()), steady, reliable);
      }
      return switch (e.kind()) {
        case CRASH ->
            new Rumors(Folds.minus(know, e.node()), Folds.minus(steady, e.node()), reliable);
        // A message lost to a node that is down is not the network's fault.
        case LOSE -> new Rumors(know, steady, reliable && !steady.contains(e.peer()));
        default -> this;
      };
    }

    Optional<String> unreached() {
      SortedSet<String> missing = new TreeSet<>(steady);
      missing.removeAll(know);
      return reliable && !know.isEmpty() && !missing.isEmpty()
          ? Optional.of("never told: " + missing)
          : Optional.empty();
    }
  }

  /**
   * What rumors cost.
   *
   * @param know who has heard it in its present life
   * @param step the last step, {@code sent} what was sent in it, and {@code wrong} the first waste
   */
  private record Cost(SortedSet<String> know, int step, int sent, String wrong) {
    static final Cost EMPTY = new Cost(new TreeSet<>(), 0, 0, "");

    Cost after(SimEvent e) {
      if (e.payload() instanceof Learnt l) {
        boolean again = know.contains(e.node());
        boolean first = l.hops() == 0 && !know.isEmpty();
        String bad = e.node() + (again ? " learns it again" : " believes to be the first");
        return new Cost(Folds.plus(know, e.node()), step, sent, again || first ? bad : wrong);
      }
      if (e.kind() == SimEvent.Kind.CRASH) {
        return new Cost(Folds.minus(know, e.node()), step, sent, wrong);
      }
      if (e.kind() == SimEvent.Kind.SEND) {
        int now = e.step() == step ? sent + 1 : 1;
        String bad = now > Gossip.FANOUT ? e.node() + " tells " + now + " in a round" : wrong;
        return new Cost(know, e.step(), now, bad);
      }
      return this;
    }

    /** Without what is left of the last step, by which states don't differ. */
    @Override
    public String toString() {
      return know + wrong;
    }
  }

  static Lesson<Gossip.Msg> gossip() {
    List<String> nodes = List.of("N1", "N2", "N3", "N4");
    String reach = "all live nodes are reached";
    Rumors zero = new Rumors(new TreeSet<>(), new TreeSet<>(nodes), true);
    Scenario<Gossip.Msg> hard =
        Scenario.of(nodes, Gossip::create)
            .with(Faults.parse("dup=1,crash=1,reorder"))
            .ask("N1", new Gossip.Start("block 7"));
    Scenario<Gossip.Msg> stage =
        Scenario.of(nodes, Gossip::create)
            .with(Faults.NONE.with(Kind.CRASH, 1))
            .ask("N1", new Gossip.Start("block 7"));
    return Lesson.of(
            "gossip",
            "Gossip: a rumor reaches all nodes in O(log n) rounds",
            "Demers et al. 1987, SWIM 2002",
            hard,
            Property.atEnd(reach, zero, Rumors::after, Rumors::unreached),
            Property.always(
                "a round has two targets, and a rumor is learnt once",
                Cost.EMPTY,
                Cost::after,
                c -> c.wrong().isEmpty() ? Optional.empty() : Optional.of(c.wrong())),
            Property.sometimes(
                    "a rumor that was passed on at least twice", Learnt.class, l -> l.hops() >= 2)
                .inAtLeast(65))
        .tolerating("dup,crash,reorder,slow")
        .exploring(stage.with(Faults.NONE))
        .showing(stage)
        .mutant(
            "one-round-maybe-itself",
            "two targets drawn from all nodes, itself among them, and that is all",
            GossipMutants::oneRoundMaybeItself,
            reach)
        .mutant(
            "only-first-tells",
            "nodes keep rumors to themselves; the first node dies",
            GossipMutants::onlyTheFirstTells,
            reach)
        .mutant(
            "draws-anew",
            "each target is drawn anew: some twice, some never",
            GossipMutants::drawsAnew,
            reach);
  }

  /** What each disk holds, which writes were acknowledged, and which of those are critical. */
  private record Disks(
      SortedMap<String, List<String>> stored,
      SortedSet<String> acknowledged,
      SortedSet<String> critical,
      SortedSet<String> down,
      SortedMap<String, Integer> inFlight,
      SortedSet<String> gone) {
    static final Disks EMPTY =
        new Disks(
            new TreeMap<>(),
            new TreeSet<>(),
            new TreeSet<>(),
            new TreeSet<>(),
            new TreeMap<>(),
            new TreeSet<>());

    Disks after(SimEvent e) {
      if (e.payload() instanceof Stored s) {
        List<String> longer = new ArrayList<>(stored.getOrDefault(e.node(), List.of()));
        longer.add(s.value());
        return new Disks(
            Folds.plus(stored, e.node(), List.copyOf(longer)),
            acknowledged,
            critical,
            down,
            inFlight,
            gone);
      }
      if (e.payload() instanceof Acknowledged a) {
        return new Disks(
            stored, Folds.plus(acknowledged, a.value()), critical, down, inFlight, gone);
      }
      if (e.payload() instanceof Asked a && a.critical()) {
        return new Disks(
            stored, acknowledged, Folds.plus(critical, a.value()), down, inFlight, gone);
      }
      if (e.payload() instanceof ReplicationMsg.Promoted p) {
        SortedSet<String> lost = new TreeSet<>(acknowledged);
        lost.removeAll(p.log());
        return new Disks(stored, acknowledged, critical, down, inFlight, lost);
      }
      return switch (e.kind()) {
        case CRASH -> withDown(Folds.plus(down, e.node()));
        case RECOVER -> withDown(Folds.minus(down, e.node()));
        case SEND -> onItsWay(e, 1);
        case DELIVER, LOSE -> onItsWay(e, -1);
        default -> this;
      };
    }

    private Disks withDown(SortedSet<String> nodes) {
      return new Disks(stored, acknowledged, critical, nodes, inFlight, gone);
    }

    private Disks onItsWay(SimEvent e, int change) {
      if (!(e.payload() instanceof ReplicationMsg.Replicate r)) {
        return this;
      }
      int n = inFlight.getOrDefault(r.value(), 0) + change;
      return new Disks(
          stored, acknowledged, critical, down, Folds.plus(inFlight, r.value(), n), gone);
    }

    private boolean isOn(String node, String value) {
      return stored.getOrDefault(node, List.of()).contains(value);
    }

    /** An acknowledged write that some disk lacks: it is gone if the other disks are lost. */
    Optional<String> unsafe(SortedSet<String> which) {
      return acknowledged.stream()
          .filter(which::contains)
          .flatMap(v -> COPIES.stream().filter(n -> !isOn(n, v)).map(n -> v + " is not on " + n))
          .findFirst();
    }

    /** An acknowledged write neither on a live node's disk nor in flight to one. */
    Optional<String> lost() {
      return acknowledged.stream()
          .filter(v -> inFlight.getOrDefault(v, 0) == 0)
          .filter(v -> COPIES.stream().filter(n -> !down.contains(n)).noneMatch(n -> isOn(n, v)))
          .findFirst()
          .map(v -> v + " was acknowledged and is on no live node");
    }

    /** A failover to a copy that lacked what a client had been told is written. */
    Optional<String> lostInFailover(SortedSet<String> which) {
      return gone.stream()
          .filter(which::contains)
          .findFirst()
          .map(v -> v + " was acknowledged, and the new primary doesn't have it");
    }

    Optional<String> diverged() {
      boolean alike =
          COPIES.stream().map(n -> stored.getOrDefault(n, List.of())).distinct().count() == 1;
      return alike || !down.isEmpty() ? Optional.empty() : Optional.of("disks hold " + stored);
    }
  }

  private static final List<String> COPIES = List.of("primary", "r1", "r2");

  /** The history that clients of the whole system see: reads go to any copy. */
  private record History(
      List<Invocation<RegisterOp>> done, SortedMap<String, Long> open, long now) {
    static final History EMPTY = new History(List.of(), new TreeMap<>(), 0);

    History after(SimEvent e) {
      long next = now + 1;
      if (e.payload() instanceof Asked a) {
        return new History(done, Folds.plus(open, a.value(), next), next);
      }
      if (e.payload() instanceof Acknowledged a) {
        Invocation<RegisterOp> write =
            new Invocation<>(RegisterOp.write(a.value()), open.get(a.value()), next);
        return new History(plus(write), Folds.minus(open, a.value()), next);
      }
      if (e.payload() instanceof Answered a) {
        return new History(
            plus(new Invocation<>(RegisterOp.read(a.value()), next, next)), open, next);
      }
      return this;
    }

    private List<Invocation<RegisterOp>> plus(Invocation<RegisterOp> op) {
      List<Invocation<RegisterOp>> longer = new ArrayList<>(done);
      longer.add(op);
      return List.copyOf(longer);
    }

    Optional<String> notLinearizable() {
      List<Invocation<RegisterOp>> all = new ArrayList<>(done);
      open.forEach(
          (value, called) ->
              all.add(new Invocation<>(RegisterOp.write(value), called, Invocation.NEVER)));
      return Linearizability.holds(Linearizability.REGISTER, all)
          ? Optional.empty()
          : Optional.of("no order of these explains the answers: " + done);
    }
  }

  private static Scenario<ReplicationMsg> copies(Mode mode) {
    return Scenario.<ReplicationMsg>of(COPIES, h -> Replication.create(h, mode))
        .with(Faults.parse("crash=1,drop=1,reorder"))
        .steps(200)
        .timers(5)
        .ask("primary", new ReplicationMsg.Write("transfer", true))
        .ask("primary", new ReplicationMsg.Write("log line", false))
        .ask("r1", new ReplicationMsg.Read())
        .ask("r2", new ReplicationMsg.Read());
  }

  /** The same, and then the primary is given up and r1 takes its place. */
  private static Scenario<ReplicationMsg> failover(Mode mode) {
    return copies(mode).ask("r1", new ReplicationMsg.Promote());
  }

  /** More writes in a network that loses, repeats, reorders and is cut; then the failover. */
  private static Scenario<ReplicationMsg> hard(Mode mode) {
    Scenario<ReplicationMsg> scenario =
        Scenario.<ReplicationMsg>of(COPIES, h -> Replication.create(h, mode))
            .with(Timing.bounded(1, 80).thenAtMost(10))
            .with(
                Faults.parse("drop=3,dup=3,crash=2,cut=1,oneway=1,pause=1,power=1,slow=1,reorder"))
            .steps(1_000)
            .calmFrom(1_000, 2_500)
            .askAt(50, "r1", new ReplicationMsg.Read())
            .askAt(60, "r2", new ReplicationMsg.Read())
            .askAt(900, "r1", new ReplicationMsg.Promote());
    for (int i = 0; i < WRITES.size(); i++) {
      boolean critical = i % 2 == 0;
      scenario =
          scenario.askAt(120L * i, "primary", new ReplicationMsg.Write(WRITES.get(i), critical));
    }
    return scenario;
  }

  private static final List<String> WRITES =
      List.of("transfer", "log line", "payment", "audit line", "refund", "last line");

  private static final String TOLERATES = "drop,dup,crash,cut,pause,oneway,power,tear,slow,reorder";

  private static final BiFunction<Disks, SimEvent, Disks> DISKS = Disks::after;

  private static Property<Disks> disks(String name, Function<Disks, Optional<String>> wrong) {
    return Property.always(name, Disks.EMPTY, DISKS, wrong);
  }

  private static Property<Disks> converges() {
    return Property.atEnd("the disks end up alike", Disks.EMPTY, DISKS, Disks::diverged);
  }

  /** The writes that a node still owes an answer, by their node; a crash makes it forget them. */
  private static SortedMap<String, SortedSet<String>> owed(
      SortedMap<String, SortedSet<String>> before, SimEvent e) {
    SortedSet<String> own = before.getOrDefault(e.node(), new TreeSet<>());
    if (e.payload() instanceof Asked a) {
      return Folds.plus(before, e.node(), Folds.plus(own, a.value()));
    }
    if (e.payload() instanceof Acknowledged a) {
      return Folds.plus(before, e.node(), Folds.minus(own, a.value()));
    }
    return e.kind() == SimEvent.Kind.CRASH ? Folds.minus(before, e.node()) : before;
  }

  private static final SortedMap<String, SortedSet<String>> NONE_OWED = new TreeMap<>();

  private static Property<SortedMap<String, SortedSet<String>>> answers() {
    return Property.atEnd(
        "in the calm every write is acknowledged by a primary that stayed up",
        NONE_OWED,
        SpreadingLessons::owed,
        owed ->
            owed.values().stream().flatMap(SortedSet::stream).findFirst().map(w -> w + " is not"));
  }

  private static final SortedSet<String> ALL_WRITES = new TreeSet<>(WRITES);

  static Lesson<ReplicationMsg> sync() {
    String safe = "an acknowledged write is on every disk";
    String failover = "a failover loses no acknowledged write";
    return Lesson.of(
            "replication-sync",
            "Synchronous replication: acknowledged means on every disk",
            "Alsberg and Day 1976",
            hard(Mode.SYNC),
            disks(failover, d -> d.lostInFailover(ALL_WRITES)),
            converges(),
            answers(),
            Property.always(safe, Disks.EMPTY, DISKS, d -> d.unsafe(ALL_WRITES)),
            Property.sometimes("an acknowledged write", Acknowledged.class, a -> true)
                .inAtLeast(80),
            Property.sometimes(
                "reads from copies that no single copy could have answered",
                History.EMPTY,
                History::after,
                History::notLinearizable))
        .tolerating(TOLERATES)
        .exploring(copies(Mode.SYNC).with(Faults.NONE).timers(0))
        .showing(failover(Mode.SYNC))
        .mutant(
            "majority-is-enough",
            "acknowledged when two of three have it",
            h -> ReplicationMutants.majorityIsEnough(h, Mode.SYNC),
            failover)
        .mutant(
            "nothing-is-critical",
            "acknowledged at once",
            h -> ReplicationMutants.nothingIsCritical(h, Mode.SYNC),
            failover);
  }

  static Lesson<ReplicationMsg> async() {
    Property<Disks> alike = converges();
    return Lesson.of(
            "replication-async",
            "Asynchronous replication: acknowledged at once, lost with the primary",
            "Alsberg and Day 1976",
            hard(Mode.ASYNC),
            alike,
            answers(),
            Property.sometimes(
                    "a failover that loses an acknowledged write",
                    Disks.EMPTY,
                    DISKS,
                    d -> d.lostInFailover(ALL_WRITES))
                .inAtLeast(10),
            Property.sometimes(
                "an acknowledged write that no live node has", Disks.EMPTY, DISKS, Disks::lost))
        .tolerating(TOLERATES)
        .exploring(copies(Mode.ASYNC).with(Faults.NONE).timers(0))
        .showing(copies(Mode.ASYNC))
        .mutant(
            "any-order",
            "a copy applies writes as they arrive; the network reorders",
            h -> ReplicationMutants.anyOrder(h, Mode.ASYNC),
            alike.name())
        .mutant(
            "sends-once",
            "lost messages are not sent again",
            h -> ReplicationMutants.sendsOnce(h, Mode.ASYNC),
            alike.name(),
            Faults.NONE.with(Kind.DROP, 1));
  }

  static Lesson<ReplicationMsg> hybrid() {
    String safe = "an acknowledged critical write is on every disk";
    String failover = "a failover loses no acknowledged critical write";
    return Lesson.of(
            "replication-hybrid",
            "Hybrid replication: as safe as each write asks for",
            "Alsberg and Day 1976",
            hard(Mode.HYBRID),
            disks(failover, d -> d.lostInFailover(d.critical())),
            converges(),
            answers(),
            Property.always(safe, Disks.EMPTY, DISKS, d -> d.unsafe(d.critical())),
            Property.sometimes(
                "an acknowledged log line that is not on every disk",
                Disks.EMPTY,
                DISKS,
                d -> d.unsafe(ALL_WRITES)),
            Property.sometimes(
                "an acknowledged transfer", Acknowledged.class, a -> a.value().equals("transfer")))
        .tolerating(TOLERATES)
        .exploring(copies(Mode.HYBRID).with(Faults.NONE).timers(0))
        .showing(failover(Mode.HYBRID))
        .mutant(
            "nothing-is-critical",
            "the transfer is treated like a log line",
            h -> ReplicationMutants.nothingIsCritical(h, Mode.HYBRID),
            failover)
        .mutant(
            "majority-is-enough",
            "acknowledged when two of three have it",
            h -> ReplicationMutants.majorityIsEnough(h, Mode.HYBRID),
            failover);
  }
}

package io.flotilla.lab.lesson;

import io.flotilla.lab.Bully;
import io.flotilla.lab.BullyMutants;
import io.flotilla.lab.RingElection;
import io.flotilla.lab.RingMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Choice.Kind;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Timing;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** Elections of the greatest name. They declare that they need bounded delays. */
final class ElectionLessons {
  private static final List<String> NODES = List.of("A", "B", "C");

  private ElectionLessons() {}

  /**
   * What an observer knows that sees everything.
   *
   * @param follows each live node's leader; "?" during its election
   * @param disturbed when a fault last began or ended; -1 for never
   * @param undisturbed whether an election is due since all messages from before that are gone
   */
  private record Polls(
      SortedMap<String, String> follows,
      SortedSet<String> live,
      boolean cut,
      long disturbed,
      boolean undisturbed,
      int asked,
      int started,
      int passes,
      String wrong) {
    static final Polls EMPTY =
        new Polls(new TreeMap<>(), new TreeSet<>(NODES), false, -1, false, 0, 0, 0, "");

    Polls after(SimEvent e, long settle) {
      return switch (e.kind()) {
        case CRASH -> disturb(e, Folds.minus(live, e.node()), cut);
        case RECOVER -> disturb(e, Folds.plus(live, e.node()), cut);
        case CUT -> disturb(e, live, true);
        case HEAL -> disturb(e, live, false);
        // What a dead node isn't told changes nothing.
        case LOSE ->
            !live.contains(e.peer())
                ? this
                : new Polls(
                    follows,
                    live,
                    cut,
                    Math.max(disturbed, e.time()),
                    false,
                    asked,
                    started,
                    passes,
                    wrong);
        case REPORT -> reported(e, settle);
        case STIMULUS ->
            new Polls(
                follows,
                live,
                cut,
                disturbed,
                undisturbed || isLate(e, settle),
                asked + 1,
                started,
                passes,
                wrong);
        case SEND -> sent(e);
        default -> this;
      };
    }

    private Polls disturb(SimEvent e, SortedSet<String> nowLive, boolean nowCut) {
      return new Polls(
          Folds.minus(follows, e.node()),
          nowLive,
          nowCut,
          e.time(),
          false,
          asked,
          started,
          passes,
          wrong);
    }

    private Polls reported(SimEvent e, long settle) {
      if (e.payload() instanceof Bully.Following f) {
        boolean usurper = undisturbed && !cut && !live.isEmpty() && !f.leader().equals(live.last());
        Polls next = withFollows(e.node(), f.leader(), undisturbed, started);
        return usurper ? next.withWrong(e.node() + " follows " + f.leader()) : next;
      }
      if (e.payload() instanceof RingElection.Following f) {
        return withFollows(e.node(), f.leader(), undisturbed, started);
      }
      boolean again =
          e.payload() instanceof Bully.Started && undisturbed && "?".equals(follows.get(e.node()));
      boolean calm = undisturbed || isLate(e, settle);
      Polls next = withFollows(e.node(), "?", calm, started + 1);
      return again ? next.withWrong(e.node() + " starts again") : next;
    }

    private boolean isLate(SimEvent e, long settle) {
      return disturbed < 0 || e.time() > disturbed + settle;
    }

    private Polls withFollows(String node, String leader, boolean calm, int starts) {
      return new Polls(
          Folds.plus(follows, node, leader),
          live,
          cut,
          disturbed,
          calm,
          asked,
          starts,
          passes,
          wrong);
    }

    private Polls withWrong(String what) {
      return new Polls(follows, live, cut, disturbed, undisturbed, asked, started, passes, what);
    }

    private Polls sent(SimEvent e) {
      if (!(e.payload() instanceof RingElection.Pass p)) {
        return this;
      }
      List<String> met = p.token().met();
      String again = new TreeSet<>(met).size() < met.size() ? p.token().toString() : wrong;
      return new Polls(
          follows, live, cut, disturbed, undisturbed, asked, started, passes + 1, again);
    }

    Optional<String> stillElecting() {
      List<String> waiting = live.stream().filter(n -> "?".equals(follows.get(n))).toList();
      return waiting.isEmpty() || cut
          ? Optional.empty()
          : Optional.of("waiting for a result: " + waiting);
    }

    Optional<String> leaderless() {
      List<String> without = live.stream().filter(n -> !follows.containsKey(n)).toList();
      return without.isEmpty() || cut
          ? Optional.empty()
          : Optional.of("without a leader: " + without);
    }

    Optional<String> wrongLeader() {
      String greatest = live.isEmpty() ? "" : live.last();
      List<String> astray = live.stream().filter(n -> !greatest.equals(follows.get(n))).toList();
      return cut || !undisturbed || astray.isEmpty()
          ? Optional.empty()
          : Optional.of(greatest + " should lead, but " + astray + " of " + follows);
    }

    /** Without faults no smaller node is ever followed, not even for a moment. */
    Optional<String> wrongChoice() {
      return disturbed >= 0
          ? Optional.empty()
          : follows.entrySet().stream()
              .filter(f -> !f.getValue().equals("?") && !f.getValue().equals(NODES.get(2)))
              .findFirst()
              .map(f -> f.getKey() + " follows " + f.getValue());
    }

    /** Two nodes lead, or somebody follows another than the others do. */
    Optional<String> disagreement() {
      List<String> leaders = live.stream().map(follows::get).distinct().toList();
      return cut || !undisturbed || leaders.size() <= 1
          ? Optional.empty()
          : Optional.of("followed are " + follows);
    }

    /** A node holds an election of which it wasn't asked and for which there was no reason. */
    Optional<String> unasked() {
      return disturbed < 0 && started > asked
          ? Optional.of(started + " elections, asked for " + asked)
          : Optional.empty();
    }

    Optional<String> splitBrain() {
      List<String> leaders = live.stream().filter(n -> n.equals(follows.get(n))).toList();
      return leaders.size() > 1 ? Optional.of(leaders + " each think they lead") : Optional.empty();
    }
  }

  /**
   * What began before a fault has ended: a wait for an answer, one for the coordinator, and this.
   */
  private static final long BULLY_SETTLE = 150;

  /** Old tokens die after two rounds with all their timeouts. */
  private static final long RING_SETTLE = 250;

  private static Polls bully(Polls polls, SimEvent e) {
    return polls.after(e, BULLY_SETTLE);
  }

  private static Polls ring(Polls polls, SimEvent e) {
    return polls.after(e, RING_SETTLE);
  }

  private static final BiFunction<Polls, SimEvent, Polls> BULLY = ElectionLessons::bully;
  private static final BiFunction<Polls, SimEvent, Polls> RING = ElectionLessons::ring;

  /** A node that has recovered in this step and not yet begun an election. */
  private record Rejoining(String node, int step, String wrong) {
    static final Rejoining NOBODY = new Rejoining("", 0, "");

    Rejoining after(SimEvent e) {
      if (e.kind() == SimEvent.Kind.RECOVER) {
        return new Rejoining(e.node(), e.step(), wrong);
      }
      if (!node.isEmpty() && e.step() > step) {
        return new Rejoining("", 0, node + " came back and asked nobody");
      }
      return e.payload() instanceof Bully.Started ? new Rejoining("", 0, wrong) : this;
    }

    /** Without the step, by which states don't differ. */
    @Override
    public String toString() {
      return node + wrong;
    }
  }

  static Lesson<Bully.Msg> bully() {
    String ends = "every election ends";
    String rejoins = "every live node has a leader";
    String greatest = "an election that nothing disturbs is won by the greatest live node";
    Scenario<Bully.Msg> stage =
        Scenario.of(NODES, Bully::create)
            .with(Timing.bounded(1, Bully.MAX_DELAY.toMillis()))
            .with(Faults.NONE.with(Kind.CRASH, 2))
            .until(600, 200)
            .askAt(60, "A", new Bully.Suspect())
            .askAt(250, "A", new Bully.Suspect());
    Scenario<Bully.Msg> hard =
        Scenario.of(NODES, Bully::create)
            .with(Timing.bounded(1, Bully.MAX_DELAY.toMillis()))
            .with(Faults.NONE.with(Kind.CRASH, 5))
            .steps(1_000)
            .calmFrom(400, 1_200)
            .leavingDown(1);
    for (int at = 60; at < 400; at += 40) {
      hard = hard.askAt(at, "A", new Bully.Suspect()).askAt(at + 15, "B", new Bully.Suspect());
    }
    hard = hard.askAt(600, "A", new Bully.Suspect()).askAt(800, "C", new Bully.Suspect());
    for (String node : NODES) {
      hard = hard.askAt(1_000, node, new Bully.Suspect());
    }
    return Lesson.of(
            "bully",
            "The Bully election: the greatest live node leads",
            "Garcia-Molina 1982",
            hard,
            Property.atEnd(ends, Polls.EMPTY, BULLY, Polls::stillElecting),
            Property.atEnd(rejoins, Polls.EMPTY, BULLY, Polls::leaderless),
            Property.atEnd(greatest, Polls.EMPTY, BULLY, Polls::wrongLeader),
            Property.always(
                "who comes back holds an election",
                Rejoining.NOBODY,
                Rejoining::after,
                r -> r.wrong().isEmpty() ? Optional.empty() : Optional.of(r.wrong())),
            Property.always(
                "in an election that nothing disturbs no smaller node is followed, nobody starts"
                    + " twice",
                Polls.EMPTY,
                BULLY,
                p -> p.wrong().isEmpty() ? Optional.empty() : Optional.of(p.wrong())),
            Property.sometimes(
                    "a leader other than the greatest of all",
                    Bully.Following.class,
                    f -> !f.leader().equals("C"))
                .inAtLeast(45))
        .tolerating("crash")
        .exploring(stage.with(Faults.NONE).until(55, 0))
        .showing(stage)
        .mutant(
            "trusts-the-ok", "after an OK the node waits forever", BullyMutants::trustsTheOk, ends)
        .mutant(
            "no-rejoin",
            "a node that recovers doesn't hold an election",
            BullyMutants::noRejoin,
            rejoins);
  }

  /** Bully in a network that splits: the same algorithm, with its assumption broken. */
  static Lesson<Bully.Msg> bullyPartitioned() {
    Lesson<Bully.Msg> whole = bully();
    return Lesson.of(
            "bully-partition",
            "The Bully election on a network that splits in two: split brain",
            "Garcia-Molina 1982, assumption 6",
            whole
                .stage()
                .with(Faults.NONE.with(Kind.CUT, 1))
                .askAt(100, "B", new Bully.Suspect())
                .until(600, 90),
            Property.atEnd("every election ends", Polls.EMPTY, BULLY, Polls::stillElecting),
            Property.sometimes(
                "two live nodes each think they lead", Polls.EMPTY, BULLY, Polls::splitBrain))
        .tolerating("cut");
  }

  static Lesson<RingElection.Msg> ring() {
    String ends = "every election ends";
    String greatest = "an election that nothing disturbs is won by the greatest live node";
    String chosen = "without faults only the greatest is ever followed";
    String once = "a token meets no node wrong";
    String cost = "without faults an election takes at most 2n messages";
    String one = "in the end all follow one leader";
    Scenario<RingElection.Msg> stage =
        Scenario.of(NODES, RingElection::create)
            .with(Timing.bounded(1, 10))
            .with(Faults.NONE.with(Kind.CRASH, 1))
            .until(900, 100)
            .askAt(0, "A", new RingElection.Suspect())
            .askAt(400, "B", new RingElection.Suspect());
    Scenario<RingElection.Msg> scenario =
        stage
            .askAt(5, "B", new RingElection.Suspect())
            .askAt(80, "C", new RingElection.Suspect())
            .askAt(160, "A", new RingElection.Suspect())
            .askAt(240, "B", new RingElection.Suspect())
            .with(Faults.NONE.with(Kind.CRASH, 3))
            .until(1_200, 300);
    Scenario<RingElection.Msg> atOnce =
        Scenario.of(NODES, RingElection::create)
            .with(Timing.bounded(1, 10))
            .until(900, 100)
            .askAt(0, "A", new RingElection.Suspect())
            .askAt(0, "B", new RingElection.Suspect());
    return Lesson.of(
            "ring",
            "Election on a ring: a token collects the names",
            "Le Lann 1977, Tanenbaum and van Steen 6.5",
            scenario,
            Property.atEnd(ends, Polls.EMPTY, RING, Polls::stillElecting),
            Property.atEnd(greatest, Polls.EMPTY, RING, Polls::wrongLeader),
            Property.atEnd(one, Polls.EMPTY, RING, Polls::disagreement),
            Property.always(
                "without faults nobody holds an election unasked",
                Polls.EMPTY,
                RING,
                Polls::unasked),
            Property.always(
                once,
                Polls.EMPTY,
                RING,
                p -> p.wrong().isEmpty() ? Optional.empty() : Optional.of(p.wrong())),
            Property.always(chosen, Polls.EMPTY, RING, Polls::wrongChoice),
            Property.always(
                cost,
                Polls.EMPTY,
                RING,
                p ->
                    p.disturbed() < 0 && p.passes() > 2 * NODES.size() * p.started()
                        ? Optional.of(p.passes() + " messages, " + p.started() + " elections")
                        : Optional.empty()),
            Property.sometimes(
                    "a leader other than the greatest of all",
                    RingElection.Following.class,
                    f -> !f.leader().equals("C"))
                .inAtLeast(15))
        .tolerating("crash")
        .exploring(stage.until(300, 40))
        .showing(stage)
        .mutant(
            "no-skipping", "the token is handed to the dead leader", RingMutants::noSkipping, ends)
        .mutant(
            "only-starter-ends",
            "the token goes round until it returns to its starter, which died",
            RingMutants::onlyTheStarterEnds,
            once)
        .showing(atOnce)
        .mutant(
            "last-one-leads",
            "the node met last leads; two elections at once end with two leaders",
            RingMutants::lastOneLeads,
            one);
  }
}

package io.flotilla.lab.lesson;

import io.flotilla.lab.Bully;
import io.flotilla.lab.BullyMutants;
import io.flotilla.lab.RingElection;
import io.flotilla.lab.RingMutants;
import io.flotilla.lab.check.Property;
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

/** Elections of the greatest name. They declare that they need bounded delays. */
final class ElectionLessons {
  private static final List<String> NODES = List.of("A", "B", "C");

  private ElectionLessons() {}

  /**
   * What an observer knows that sees everything.
   *
   * @param follows each live node's leader; "?" during its election
   * @param disturbed when a fault last began or ended; -1 for never
   * @param undisturbed whether an election has started since every message from before that is gone
   */
  private record Polls(
      SortedMap<String, String> follows,
      SortedSet<String> live,
      boolean cut,
      long disturbed,
      boolean undisturbed,
      int started,
      int passes,
      String twice) {
    static final Polls EMPTY =
        new Polls(new TreeMap<>(), new TreeSet<>(NODES), false, -1, false, 0, 0, "");

    Polls after(SimEvent e, long settle) {
      return switch (e.kind()) {
        case CRASH -> disturb(e, Folds.minus(live, e.node()), cut);
        case RECOVER -> disturb(e, Folds.plus(live, e.node()), cut);
        case CUT -> disturb(e, live, true);
        case HEAL -> disturb(e, live, false);
        case LOSE ->
            new Polls(
                follows, live, cut, Math.max(disturbed, e.time()), false, started, passes, twice);
        case REPORT -> reported(e, settle);
        case SEND -> sent(e);
        default -> this;
      };
    }

    private Polls disturb(SimEvent e, SortedSet<String> nowLive, boolean nowCut) {
      return new Polls(
          Folds.minus(follows, e.node()), nowLive, nowCut, e.time(), false, started, passes, twice);
    }

    private Polls reported(SimEvent e, long settle) {
      if (e.payload() instanceof Bully.Following f) {
        return withFollows(e.node(), f.leader(), undisturbed, started);
      }
      if (e.payload() instanceof RingElection.Following f) {
        return withFollows(e.node(), f.leader(), undisturbed, started);
      }
      boolean late = disturbed < 0 || e.time() > disturbed + settle;
      return withFollows(e.node(), "?", undisturbed || late, started + 1);
    }

    private Polls withFollows(String node, String leader, boolean calm, int starts) {
      return new Polls(
          Folds.plus(follows, node, leader), live, cut, disturbed, calm, starts, passes, twice);
    }

    private Polls sent(SimEvent e) {
      if (!(e.payload() instanceof RingElection.Pass p)) {
        return this;
      }
      List<String> met = p.token().met();
      String again = new TreeSet<>(met).size() < met.size() ? p.token().toString() : twice;
      return new Polls(follows, live, cut, disturbed, undisturbed, started, passes + 1, again);
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

    Optional<String> splitBrain() {
      List<String> leaders = live.stream().filter(n -> n.equals(follows.get(n))).toList();
      return leaders.size() > 1 ? Optional.of(leaders + " each think they lead") : Optional.empty();
    }
  }

  private static final long BULLY_SETTLE = 2 * Bully.MAX_DELAY.toMillis();

  /** Old tokens die after two rounds with all their timeouts. */
  private static final long RING_SETTLE = 250;

  private static Polls bully(Polls polls, SimEvent e) {
    return polls.after(e, BULLY_SETTLE);
  }

  private static Polls ring(Polls polls, SimEvent e) {
    return polls.after(e, RING_SETTLE);
  }

  static Lesson<Bully.Msg> bully() {
    String ends = "every election ends";
    String rejoins = "every live node has a leader";
    String greatest = "an election that nothing disturbs is won by the greatest live node";
    Scenario<Bully.Msg> scenario =
        Scenario.of(NODES, Bully::create)
            .with(Timing.bounded(1, Bully.MAX_DELAY.toMillis()))
            .with(Faults.NONE.withCrashes(2))
            .until(600, 200)
            .askAt(60, "A", new Bully.Suspect());
    return Lesson.of(
            "bully",
            "The Bully election: the greatest live node leads",
            "Garcia-Molina 1982",
            scenario,
            Property.atEnd(ends, Polls.EMPTY, ElectionLessons::bully, Polls::stillElecting),
            Property.atEnd(rejoins, Polls.EMPTY, ElectionLessons::bully, Polls::leaderless),
            Property.atEnd(greatest, Polls.EMPTY, ElectionLessons::bully, Polls::wrongLeader),
            Property.sometimes(
                "a leader other than the greatest of all",
                Bully.Following.class,
                f -> !f.leader().equals("C")))
        .exploring(scenario.with(Faults.NONE).until(55, 0))
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
            .scenario()
            .with(Faults.NONE.withCuts(1))
            .askAt(100, "B", new Bully.Suspect())
            .until(600, 90),
        Property.atEnd(
            "every election ends", Polls.EMPTY, ElectionLessons::bully, Polls::stillElecting),
        Property.sometimes(
            "two live nodes each think they lead",
            Polls.EMPTY,
            ElectionLessons::bully,
            Polls::splitBrain));
  }

  static Lesson<RingElection.Msg> ring() {
    String ends = "every election ends";
    String greatest = "an election that nothing disturbs is won by the greatest live node";
    String chosen = "without faults only the greatest is ever followed";
    String once = "a token meets no node twice";
    String cost = "without faults an election takes at most 2n messages";
    Scenario<RingElection.Msg> scenario =
        Scenario.of(NODES, RingElection::create)
            .with(Timing.bounded(1, 10))
            .with(Faults.NONE.withCrashes(1))
            .until(900, 100)
            .askAt(0, "A", new RingElection.Suspect())
            .askAt(400, "B", new RingElection.Suspect());
    return Lesson.of(
            "ring",
            "Election on a ring: a token collects the names",
            "Le Lann 1977, Tanenbaum and van Steen 6.5",
            scenario,
            Property.atEnd(ends, Polls.EMPTY, ElectionLessons::ring, Polls::stillElecting),
            Property.atEnd(greatest, Polls.EMPTY, ElectionLessons::ring, Polls::wrongLeader),
            Property.always(
                once,
                Polls.EMPTY,
                ElectionLessons::ring,
                p -> p.twice().isEmpty() ? Optional.empty() : Optional.of(p.twice())),
            Property.always(chosen, Polls.EMPTY, ElectionLessons::ring, Polls::wrongChoice),
            Property.always(
                cost,
                Polls.EMPTY,
                ElectionLessons::ring,
                p ->
                    p.disturbed() < 0 && p.passes() > 2 * NODES.size() * p.started()
                        ? Optional.of(p.passes() + " messages, " + p.started() + " elections")
                        : Optional.empty()),
            Property.sometimes(
                "a leader other than the greatest of all",
                RingElection.Following.class,
                f -> !f.leader().equals("C")))
        .exploring(scenario.until(300, 40))
        .mutant(
            "no-skipping", "the token is handed to the dead leader", RingMutants::noSkipping, ends)
        .mutant(
            "only-starter-ends",
            "the token goes round until it returns to its starter, which died",
            RingMutants::onlyTheStarterEnds,
            once)
        .mutant(
            "last-one-leads",
            "the node met last leads",
            RingMutants::lastOneLeads,
            chosen,
            Faults.NONE);
  }
}

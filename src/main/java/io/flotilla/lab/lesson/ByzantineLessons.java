package io.flotilla.lab.lesson;

import io.flotilla.lab.Generals;
import io.flotilla.lab.Generals.Does;
import io.flotilla.lab.Generals.Ordered;
import io.flotilla.lab.Generals.Plan;
import io.flotilla.lab.GeneralsMutants;
import io.flotilla.lab.Pbft;
import io.flotilla.lab.PbftMsg;
import io.flotilla.lab.PbftMsg.Entered;
import io.flotilla.lab.PbftMsg.Executed;
import io.flotilla.lab.PbftMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Timing;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** Agreement among nodes of which one lies. */
final class ByzantineLessons {
  private ByzantineLessons() {}

  private static final List<String> THREE = List.of("G", "L1", "L2");
  private static final List<String> FOUR = List.of("G", "L1", "L2", "L3");

  /**
   * What was ordered, and what each lieutenant does. What the traitor does is not judged.
   *
   * @param traitor its name
   * @param ordered empty as long as nothing is
   */
  private record Battle(String traitor, Optional<Plan> ordered, SortedMap<String, Plan> done) {
    Battle after(SimEvent e) {
      if (e.payload() instanceof Ordered o) {
        return new Battle(traitor, Optional.of(o.plan()), done);
      }
      return e.payload() instanceof Does d && !e.node().equals(traitor)
          ? new Battle(traitor, ordered, Folds.plus(done, e.node(), d.plan()))
          : this;
    }

    Optional<String> parted() {
      return new TreeSet<>(done.values()).size() > 1
          ? Optional.of("the loyal lieutenants do " + done)
          : Optional.empty();
    }

    Optional<String> disobeyed() {
      return done.values().stream().anyMatch(plan -> !Optional.of(plan).equals(ordered))
          ? Optional.of("ordered " + ordered.orElseThrow() + ", done " + done)
          : Optional.empty();
    }

    Optional<String> undecided(int lieutenants) {
      return ordered.isEmpty() || done.size() == lieutenants
          ? Optional.empty()
          : Optional.of("only these have decided: " + done);
    }
  }

  private static Battle before(String traitor) {
    return new Battle(traitor, Optional.empty(), new TreeMap<>());
  }

  private static Scenario<Generals.Msg> battle(List<String> generals, String traitor) {
    return Scenario.<Generals.Msg>of(generals, h -> Generals.create(h, traitor))
        .ask("G", new Generals.Decide(Plan.ATTACK));
  }

  private static final String ALIKE = "the loyal lieutenants do the same";
  private static final String OBEY = "the loyal lieutenants do what the loyal commander ordered";
  private static final String END = "every loyal lieutenant decides";
  private static final String SOURCE = "Lamport, Shostak and Pease 1982";

  /** Four generals; the commander is the traitor. */
  static Lesson<Generals.Msg> commander() {
    Battle zero = before("G");
    return Lesson.of(
            "generals-commander",
            "Byzantine generals, OM(1): four, and the commander is the traitor",
            SOURCE,
            battle(FOUR, "G"),
            Property.always(ALIKE, zero, Battle::after, Battle::parted),
            Property.atEnd(END, zero, Battle::after, b -> b.undecided(3)),
            Property.sometimes("an attack", Does.class, d -> d.plan() == Plan.ATTACK).inAtLeast(30),
            Property.sometimes("a retreat", Does.class, d -> d.plan() == Plan.RETREAT)
                .inAtLeast(30))
        .tolerating("reorder")
        .mutant(
            "believes-the-order",
            "a lieutenant does what it was ordered and asks nobody",
            h -> GeneralsMutants.believesTheOrder(h, "G"),
            ALIKE)
        .mutant(
            "two-words-are-enough",
            "a lieutenant decides with the first two words of three",
            h -> GeneralsMutants.twoWordsAreEnough(h, "G"),
            ALIKE);
  }

  /** Four generals; a lieutenant is the traitor. */
  static Lesson<Generals.Msg> lieutenant() {
    Battle zero = before("L3");
    return Lesson.of(
            "generals-lieutenant",
            "Byzantine generals, OM(1): four, and a lieutenant is the traitor",
            SOURCE,
            battle(FOUR, "L3"),
            Property.always(ALIKE, zero, Battle::after, Battle::parted),
            Property.always(OBEY, zero, Battle::after, Battle::disobeyed),
            Property.atEnd(END, zero, Battle::after, b -> b.undecided(2)),
            Property.sometimes(
                    "the traitor lies",
                    Generals.Told.class,
                    t -> t.by().equals("L3") && t.plan() == Plan.RETREAT)
                .inAtLeast(50))
        .tolerating("reorder")
        .mutant(
            "believes-the-others",
            "a lieutenant doesn't count what it was ordered itself",
            h -> GeneralsMutants.believesTheOthers(h, "L3"),
            OBEY)
        .mutant(
            "two-words-are-enough",
            "a lieutenant decides with the first two words of three",
            h -> GeneralsMutants.twoWordsAreEnough(h, "L3"),
            OBEY);
  }

  /** Three generals: the same rule, and no other, is enough. */
  static Lesson<Generals.Msg> three() {
    Battle zero = before("L2");
    return Lesson.of(
            "generals-three",
            "Byzantine generals: of three, one traitor is too many",
            SOURCE,
            battle(THREE, "L2"),
            Property.atEnd(END, zero, Battle::after, b -> b.undecided(1)),
            Property.sometimes(
                    "the loyal lieutenant doesn't do what the loyal commander ordered",
                    zero,
                    Battle::after,
                    Battle::disobeyed)
                .inAtLeast(30))
        .tolerating("reorder");
  }

  private static final List<String> REPLICAS = List.of("R0", "R1", "R2", "R3");

  /** What each honest replica has executed as the first, and in which view. */
  private record First(SortedMap<String, Executed> executed) {
    static final First NONE = new First(new TreeMap<>());

    First after(SimEvent e) {
      return e.payload() instanceof Executed x
          ? new First(Folds.plus(executed, e.node(), x))
          : this;
    }

    Optional<String> parted() {
      return executed.values().stream().map(Executed::op).distinct().count() > 1
          ? Optional.of("executed as the first: " + executed)
          : Optional.empty();
    }

    Optional<String> missing() {
      return executed.size() == REPLICAS.size() - 1
          ? Optional.empty()
          : Optional.of("only these have executed: " + executed);
    }

    Optional<String> inTwoViews() {
      return executed.values().stream().map(Executed::view).distinct().count() > 1
          ? Optional.of("seen")
          : Optional.empty();
    }
  }

  private static final BiFunction<First, SimEvent, First> FIRST = First::after;

  private static Scenario<PbftMsg> asked(Scenario<PbftMsg> scenario) {
    for (String replica : REPLICAS) {
      scenario =
          scenario
              .ask(replica, new PbftMsg.Request("pay Ana"))
              .ask(replica, new PbftMsg.Request("pay Bob"));
    }
    return scenario;
  }

  static Lesson<PbftMsg> pbft() {
    String same = "honest replicas execute the same first request";
    Scenario<PbftMsg> scenario =
        asked(
            Scenario.of(REPLICAS, Pbft::create)
                .with(Timing.bounded(1, 120).thenAtMost(10))
                .with(Faults.parse("dup=3,slow=1,reorder"))
                .crashable(List.of("R1", "R2", "R3"))
                .steps(2_000)
                .calmFrom(1_000, 6_000));
    return Lesson.of(
            "pbft",
            "PBFT: a primary that proposes something else to each, and the view change",
            "Castro and Liskov 1999",
            scenario,
            Property.always(same, First.NONE, FIRST, First::parted),
            Property.atEnd("every honest replica executes one", First.NONE, FIRST, First::missing),
            Property.sometimes("a view change", Entered.class, v -> true).inAtLeast(50),
            Property.sometimes(
                    "what some executed before the view change, others execute after it",
                    First.NONE,
                    FIRST,
                    First::inTwoViews)
                .inAtLeast(10))
        .tolerating("dup,slow,reorder")
        .exploring(asked(Scenario.of(REPLICAS, Pbft::create)).timers(0))
        .mutant(
            "two-commits",
            "2f commits are enough, and one of them is the traitor's",
            PbftMutants::twoCommits,
            same,
            Faults.parse("slow=2,reorder"))
        .mutant(
            "no-prepares",
            "a proposal is committed to without the others' prepares",
            PbftMutants::noPrepares,
            same)
        .mutant(
            "new-view-forgets",
            "a new primary begins anew, whatever had been prepared",
            PbftMutants::newViewForgets,
            same);
  }
}

package io.flotilla.lab.lesson;

import io.flotilla.lab.Detector;
import io.flotilla.lab.Detector.Rule;
import io.flotilla.lab.Detector.Suspects;
import io.flotilla.lab.Detector.Trusts;
import io.flotilla.lab.DetectorMutants;
import io.flotilla.lab.DetectorRules;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.SimEvent.Kind;
import io.flotilla.lab.sim.Timing;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** Who is down? Three answers that differ in how long they wait. */
final class DetectorLessons {
  private DetectorLessons() {}

  static final List<String> NODES = List.of("A", "B", "C");

  private record Heard(String by, String node, int step) {
    static final Heard NOBODY = new Heard("", "", 0);
  }

  /**
   * @param suspected whom each node that is up suspects
   * @param mistaken whether a node was suspected that was up
   * @param found whether a crash was found
   * @param heard a node that has just been heard and is still suspected; by whom, and in which step
   * @param grudge the same, when the step is over
   */
  private record Views(
      SortedMap<String, SortedSet<String>> suspected,
      SortedSet<String> down,
      boolean mistaken,
      boolean found,
      Heard heard,
      String grudge) {
    static final Views NONE =
        new Views(new TreeMap<>(), new TreeSet<>(), false, false, Heard.NOBODY, "");

    Views after(SimEvent e) {
      boolean over = heard.step() > 0 && e.step() > heard.step();
      Views now =
          over
              ? new Views(
                  suspected,
                  down,
                  mistaken,
                  found,
                  Heard.NOBODY,
                  heard.by() + " heard " + heard.node() + " and still suspects it")
              : this;
      return now.with(e);
    }

    private Views with(SimEvent e) {
      SortedSet<String> mine = suspected.getOrDefault(e.node(), new TreeSet<>());
      if (e.payload() instanceof Suspects s) {
        boolean right = down.contains(s.node());
        return new Views(
            Folds.plus(suspected, e.node(), Folds.plus(mine, s.node())),
            down,
            mistaken || !right,
            found || right,
            heard,
            grudge);
      }
      if (e.payload() instanceof Trusts t) {
        return new Views(
            Folds.plus(suspected, e.node(), Folds.minus(mine, t.node())),
            down,
            mistaken,
            found,
            Heard.NOBODY,
            grudge);
      }
      if (e.kind() == Kind.DELIVER && mine.contains(e.peer())) {
        Heard now = new Heard(e.node(), e.peer(), e.step());
        return new Views(suspected, down, mistaken, found, now, grudge);
      }
      return switch (e.kind()) {
        case CRASH ->
            new Views(
                Folds.minus(suspected, e.node()),
                Folds.plus(down, e.node()),
                mistaken,
                found,
                heard,
                grudge);
        case RECOVER ->
            new Views(suspected, Folds.minus(down, e.node()), mistaken, found, heard, grudge);
        default -> this;
      };
    }

    Optional<String> wrong() {
      for (String node : NODES) {
        SortedSet<String> right = Folds.minus(down, node);
        SortedSet<String> says = suspected.getOrDefault(node, new TreeSet<>());
        if (!down.contains(node) && !says.equals(right)) {
          return Optional.of(node + " suspects " + says + ", and " + right + " are down");
        }
      }
      return Optional.empty();
    }
  }

  private static final BiFunction<Views, SimEvent, Views> VIEWS = Views::after;

  static Scenario<Detector.Msg> watching(Rule rule) {
    return Scenario.<Detector.Msg>of(NODES, h -> Detector.create(h, rule))
        .with(Timing.bounded(1, 60).thenAtMost(10))
        .with(Faults.parse("drop=4,crash=2,cut=1,oneway=1,pause=1,slow=1"))
        .steps(2_000)
        .calmFrom(600, 1_400)
        .leavingDown(1);
  }

  private static Lesson<Detector.Msg> lesson(String name, String title, String source, Rule rule) {
    String right = "in the calm exactly those are suspected that are down";
    String forgiven = "who is heard is trusted again";
    return Lesson.of(
            name,
            title,
            source,
            watching(rule),
            Property.atEnd(right, Views.NONE, VIEWS, Views::wrong),
            Property.always(forgiven, Views.NONE, VIEWS, v -> Verdicts.unlessEmpty(v.grudge())),
            Property.sometimes(
                    "a crash is found",
                    Views.NONE,
                    VIEWS,
                    v -> v.found() ? Optional.of("seen") : Optional.empty())
                .inAtLeast(30),
            Property.sometimes(
                "a node is suspected that is up",
                Views.NONE,
                VIEWS,
                v -> v.mistaken() ? Optional.of("seen") : Optional.empty()))
        .tolerating("drop,dup,crash,cut,pause,oneway,slow,reorder")
        .exploring(
            Scenario.<Detector.Msg>of(NODES, h -> Detector.create(h, rule))
                .timers(1)
                .with(Faults.NONE))
        .showing(watching(rule).with(Timing.bounded(1, 10)).until(300, 300))
        .mutant(
            "never-forgives",
            "who was suspected once stays suspected",
            h -> DetectorMutants.neverForgives(h, rule),
            forgiven)
        .mutant(
            "misses-only-whom-it-heard",
            "who crashes before its first heartbeat has arrived is never missed",
            h -> DetectorMutants.missesOnlyWhomItHeard(h, rule),
            right,
            Faults.parse("crash=2,drop=2"))
        .opening("drop=B:A,drop=C:A,crash=B,crash=C");
  }

  static Lesson<Detector.Msg> fixed() {
    return lesson(
        "detector-fixed",
        "Failure detector with a fixed time-out",
        "Chandra and Toueg 1996",
        DetectorRules.fixed(120));
  }

  static Lesson<Detector.Msg> growing() {
    return lesson(
        "detector-growing",
        "Failure detector whose time-out grows with each mistake",
        "Chandra and Toueg 1996",
        DetectorRules.growing());
  }

  static Lesson<Detector.Msg> phi() {
    return lesson(
        "detector-phi",
        "Phi accrual: how surprising is the silence?",
        "Hayashibara et al. 2004",
        DetectorRules.phi(3));
  }
}

package io.flotilla.lab.lesson;

import io.flotilla.lab.Parity;
import io.flotilla.lab.Parity.Acknowledged;
import io.flotilla.lab.Parity.Answered;
import io.flotilla.lab.Parity.Asked;
import io.flotilla.lab.Parity.Begun;
import io.flotilla.lab.Parity.Msg;
import io.flotilla.lab.Parity.Read;
import io.flotilla.lab.Parity.Write;
import io.flotilla.lab.ParityMutants;
import io.flotilla.lab.check.Property;
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

/** Redundancy by calculation instead of by copies. */
final class ParityLesson {
  private ParityLesson() {}

  /**
   * @param written the two blocks of each version
   * @param acknowledged the newest version that was
   * @param open the version that each unanswered read must see at least
   * @param lost whether a read was answered while a disk was down
   */
  private record Array(
      SortedMap<Integer, String> written,
      int acknowledged,
      SortedMap<Integer, Integer> open,
      SortedSet<String> down,
      boolean lost,
      String broken,
      String stale) {
    static final Array EMPTY =
        new Array(
            Folds.plus(new TreeMap<>(), 0, "0 0"),
            0,
            new TreeMap<>(),
            new TreeSet<>(),
            false,
            "",
            "");

    Array after(SimEvent e) {
      if (e.payload() instanceof Begun b) {
        SortedMap<Integer, String> more =
            Folds.plus(written, b.version(), b.first() + " " + b.second());
        return new Array(more, acknowledged, open, down, lost, broken, stale);
      }
      if (e.payload() instanceof Acknowledged a) {
        return new Array(written, a.version(), open, down, lost, broken, stale);
      }
      if (e.payload() instanceof Asked a) {
        return new Array(
            written,
            acknowledged,
            Folds.plus(open, a.read(), acknowledged),
            down,
            lost,
            broken,
            stale);
      }
      if (e.payload() instanceof Answered a) {
        return answered(a);
      }
      return switch (e.kind()) {
        case CRASH ->
            new Array(written, acknowledged, open, Folds.plus(down, e.node()), lost, broken, stale);
        case RECOVER ->
            new Array(
                written, acknowledged, open, Folds.minus(down, e.node()), lost, broken, stale);
        default -> this;
      };
    }

    private Array answered(Answered a) {
      String text = a.first() + " " + a.second();
      int least = open.get(a.read());
      List<String> allowed = new ArrayList<>(written.tailMap(least).values());
      boolean ever = written.containsValue(text);
      return new Array(
          written,
          acknowledged,
          Folds.minus(open, a.read()),
          down,
          lost || !down.isEmpty(),
          ever ? broken : text + " was read, and never written",
          !ever || allowed.contains(text) ? stale : text + " was read after " + allowed);
    }
  }

  private static final BiFunction<Array, SimEvent, Array> ARRAY = Array::after;

  static Lesson<Msg> lesson() {
    String fits = "what is read was written together";
    String kept = "what is acknowledged is read, also when a disk is lost";
    String end = "every read is answered, also when a disk is lost";
    List<String> nodes = List.of("array", "d1", "d2", "d3");
    Scenario<Msg> scenario =
        Scenario.of(nodes, Parity::create)
            .with(Timing.bounded(1, 60).thenAtMost(10))
            .with(Faults.parse("drop=3,dup=3,crash=2,cut=1,slow=1,reorder"))
            .crashable(Parity.DISKS)
            .steps(1_500)
            .calmFrom(600, 1_000)
            .leavingDown(1)
            .askAt(0, "array", new Write(5, 3))
            .askAt(120, "array", new Read())
            .askAt(180, "array", new Write(6, 9))
            .askAt(250, "array", new Read())
            .askAt(320, "array", new Write(12, 10))
            .askAt(350, "array", new Read())
            .askAt(700, "array", new Read());
    return Lesson.of(
            "parity",
            "Redundancy by parity: any disk of three may be lost",
            "Patterson, Gibson and Katz 1988",
            scenario,
            Property.always(fits, Array.EMPTY, ARRAY, a -> Verdicts.unlessEmpty(a.broken())),
            Property.always(kept, Array.EMPTY, ARRAY, a -> Verdicts.unlessEmpty(a.stale())),
            Property.atEnd(
                end, Array.EMPTY, ARRAY, a -> Verdicts.none("unanswered", a.open().keySet())),
            Property.sometimes(
                    "a read is answered while a disk is down",
                    Array.EMPTY,
                    ARRAY,
                    a -> a.lost() ? Optional.of("seen") : Optional.empty())
                .inAtLeast(30))
        .tolerating("drop,dup,crash,cut,pause,oneway,slow,reorder")
        .exploring(
            Scenario.of(nodes, Parity::create)
                .timers(0)
                .ask("array", new Write(5, 3))
                .ask("array", new Read()))
        .showing(
            Scenario.of(nodes, Parity::create)
                .with(Timing.bounded(1, 20))
                .with(Faults.parse("crash=1,drop=2"))
                .crashable(Parity.DISKS)
                .until(75, 75)
                .askAt(0, "array", new Write(5, 3))
                .askAt(20, "array", new Read()))
        .mutant(
            "writes-over",
            "a disk writes over the old block, and then another disk is lost",
            ParityMutants::writesOver,
            end)
        .opening(":array,drop=array:d3,crash=d2,:array,drop=array:d3")
        .mutant(
            "mixes", "a block is combined with one of another write", ParityMutants::mixes, fits)
        .mutant(
            "two-are-enough",
            "acknowledged when two disks have it",
            ParityMutants::twoAreEnough,
            kept);
  }
}

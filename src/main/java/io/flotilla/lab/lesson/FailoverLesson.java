package io.flotilla.lab.lesson;

import io.flotilla.lab.Failover;
import io.flotilla.lab.FailoverMsg;
import io.flotilla.lab.FailoverMsg.Acknowledged;
import io.flotilla.lab.FailoverMsg.Fenced;
import io.flotilla.lab.FailoverMsg.Leads;
import io.flotilla.lab.FailoverMutants;
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

/** A primary that is replaced, and what it had acknowledged. */
final class FailoverLesson {
  private FailoverLesson() {}

  private static final String LAST = "last order";

  /**
   * @param acknowledged the first epoch in which each order was acknowledged
   * @param logs what each epoch's primary began with
   */
  private record Orders(
      SortedMap<String, Integer> acknowledged, SortedMap<Integer, List<String>> logs) {
    static final Orders EMPTY = new Orders(new TreeMap<>(), new TreeMap<>());

    Orders after(SimEvent e) {
      if (e.payload() instanceof Acknowledged a && !acknowledged.containsKey(a.item())) {
        return new Orders(Folds.plus(acknowledged, a.item(), a.epoch()), logs);
      }
      return e.payload() instanceof Leads l
          ? new Orders(acknowledged, Folds.plus(logs, l.epoch(), l.log()))
          : this;
    }

    /** Also if the older primary acknowledged it after it had been replaced. */
    Optional<String> lost() {
      for (var order : acknowledged.entrySet()) {
        for (var later : logs.tailMap(order.getValue() + 1).entrySet()) {
          if (!later.getValue().contains(order.getKey())) {
            return Optional.of(
                "'"
                    + order.getKey()
                    + "' was acknowledged in epoch "
                    + order.getValue()
                    + ", and epoch "
                    + later.getKey()
                    + " began without it");
          }
        }
      }
      return Optional.empty();
    }

    Optional<String> underTwo() {
      return new TreeSet<>(acknowledged.values()).size() > 1
          ? Optional.of("seen")
          : Optional.empty();
    }
  }

  private static final BiFunction<Orders, SimEvent, Orders> ORDERS = Orders::after;

  static Lesson<FailoverMsg> lesson() {
    String kept = "a later primary has every acknowledged order";
    Scenario<FailoverMsg> small =
        Scenario.of(List.of("A", "B", "C"), Failover::create)
            .timers(0)
            .ask("A", new FailoverMsg.Promote(1))
            .ask("A", new FailoverMsg.Order("shoes"))
            .ask("B", new FailoverMsg.Promote(2));
    Scenario<FailoverMsg> stage =
        Scenario.of(List.of("A", "B", "C"), Failover::create)
            .with(Faults.parse("cut=1,drop=1"))
            .timers(6)
            .ask("A", new FailoverMsg.Promote(1))
            .ask("A", new FailoverMsg.Order("shoes"))
            .ask("A", new FailoverMsg.Order("hat"))
            .ask("B", new FailoverMsg.Promote(2))
            .ask("B", new FailoverMsg.Order("coat"))
            .ask("C", new FailoverMsg.Promote(3));
    Scenario<FailoverMsg> scenario =
        Scenario.of(List.of("A", "B", "C"), Failover::create)
            .with(Timing.bounded(1, 60).thenAtMost(10))
            .with(Faults.parse("drop=3,dup=3,crash=2,cut=1,oneway=1,pause=1,slow=1,reorder"))
            .steps(2_000)
            .calmFrom(1_000, 1_700)
            .askAt(0, "A", new FailoverMsg.Promote(1))
            .askAt(150, "A", new FailoverMsg.Order("shoes"))
            .askAt(250, "A", new FailoverMsg.Order("hat"))
            .askAt(330, "B", new FailoverMsg.Promote(2))
            .askAt(350, "A", new FailoverMsg.Order("gloves"))
            .askAt(480, "B", new FailoverMsg.Order("coat"))
            .askAt(600, "C", new FailoverMsg.Promote(3))
            .askAt(620, "B", new FailoverMsg.Order("socks"))
            .askAt(750, "C", new FailoverMsg.Order("scarf"))
            .askAt(1_200, "A", new FailoverMsg.Promote(4))
            .askAt(1_400, "A", new FailoverMsg.Order(LAST));
    return Lesson.of(
            "failover",
            "A primary with failover: a majority acknowledges, and fences off the old one",
            "Oki and Liskov 1988",
            scenario,
            Property.always(kept, Orders.EMPTY, ORDERS, Orders::lost),
            Property.atEnd(
                "in the calm an order is acknowledged",
                Orders.EMPTY,
                ORDERS,
                o ->
                    o.acknowledged().containsKey(LAST)
                        ? Optional.empty()
                        : Optional.of("acknowledged: " + o.acknowledged().keySet())),
            Property.sometimes(
                    "orders acknowledged by two primaries", Orders.EMPTY, ORDERS, Orders::underTwo)
                .inAtLeast(50),
            Property.sometimes("an old primary is fenced off", Fenced.class, f -> true)
                .inAtLeast(30))
        .tolerating("drop,dup,crash,cut,pause,oneway,power,tear,slow,reorder")
        .exploring(small)
        .showing(stage)
        .mutant(
            "any-copy-leads",
            "whichever copy is promoted leads at once, with what it has",
            FailoverMutants::anyCopyLeads,
            kept)
        .mutant(
            "no-fence",
            "copies also take what an older primary sends",
            FailoverMutants::noFence,
            kept)
        .opening(":A,A:B,B:A,:B,B:C,C:B,:A,A:C,A:C,A:C,C:A,C:A,C:A")
        .mutant(
            "longest-log",
            "the longest log wins, not that of the latest primary",
            FailoverMutants::longestLog,
            kept)
        .opening(":A,A:B,B:A,cut=A,:A,:A,:B,B:C,C:B,:B,B:C,B:C,C:B,C:B,heal,:C,C:A,A:C");
  }
}

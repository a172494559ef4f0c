package io.flotilla.lab.lesson;

import io.flotilla.lab.LamportClocks;
import io.flotilla.lab.LamportMutants;
import io.flotilla.lab.VectorClocks;
import io.flotilla.lab.VectorMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Clock;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Logical clocks, judged against the simulation's own true clocks. */
final class ClockLessons {
  private static final List<String> NODES = List.of("A", "B", "C");

  private ClockLessons() {}

  /** An event's stamp and its true clock. */
  private record Stamp<T>(String event, T stamp, Clock truth) {
    @Override
    public String toString() {
      return event + " " + stamp;
    }
  }

  /** Stamps by node and number, so that the order in which they were reported doesn't matter. */
  private static <T> SortedMap<String, Stamp<T>> add(
      SortedMap<String, Stamp<T>> stamps, SimEvent e, String what, T stamp) {
    int number = e.clock().get(NODES.indexOf(e.node()));
    String event = e.node() + " " + String.format("%04d", number);
    return Folds.plus(stamps, event, new Stamp<>(e.node() + "'s " + what, stamp, e.clock()));
  }

  /** The first pair for which {@code judge} finds something. */
  private static <T> Optional<String> anyPair(
      SortedMap<String, Stamp<T>> stamps, BiFunction<Stamp<T>, Stamp<T>, String> judge) {
    for (Stamp<T> a : stamps.values()) {
      for (Stamp<T> b : stamps.values()) {
        String found = a == b ? "" : judge.apply(a, b);
        if (!found.isEmpty()) {
          return Optional.of(found);
        }
      }
    }
    return Optional.empty();
  }

  private static <T> SortedMap<String, Stamp<T>> none() {
    return new TreeMap<>();
  }

  private static SortedMap<String, Stamp<Integer>> lamport(
      SortedMap<String, Stamp<Integer>> stamps, SimEvent e) {
    return e.payload() instanceof LamportClocks.Stamped s
        ? add(stamps, e, s.what(), s.time())
        : stamps;
  }

  static Lesson<LamportClocks.Msg> lamport() {
    String order = "a cause has the smaller number";
    Scenario<LamportClocks.Msg> scenario =
        Scenario.of(NODES, LamportClocks::create)
            .ask("A", new LamportClocks.Act())
            .ask("A", new LamportClocks.SendTo("B"))
            .ask("B", new LamportClocks.SendTo("C"))
            .ask("C", new LamportClocks.Act());
    return Lesson.of(
            "lamport",
            "Lamport clocks: numbers that respect causality",
            "Lamport 1978",
            scenario,
            Property.always(
                order,
                ClockLessons.<Integer>none(),
                ClockLessons::lamport,
                stamps ->
                    anyPair(
                        stamps,
                        (a, b) ->
                            a.truth().precedes(b.truth()) && a.stamp() >= b.stamp()
                                ? a + " came before " + b
                                : "")),
            Property.sometimes(
                "two concurrent events have different numbers",
                ClockLessons.<Integer>none(),
                ClockLessons::lamport,
                stamps ->
                    anyPair(
                        stamps,
                        (a, b) ->
                            a.stamp() < b.stamp()
                                    && !a.truth().precedes(b.truth())
                                    && !b.truth().precedes(a.truth())
                                ? a + " and " + b
                                : "")),
            Property.atEnd(
                "what was sent is received",
                0,
                (n, e) ->
                    e.payload() instanceof LamportClocks.Stamped s
                        ? n + (s.what().equals("send") ? 1 : s.what().equals("receive") ? -1 : 0)
                        : n,
                n -> n == 0 ? Optional.empty() : Optional.of(n + " on their way")))
        .tolerating("slow")
        .mutant(
            "ignores-message",
            "the receiver counts on without regard to the message",
            LamportMutants::ignoresTheMessage,
            order)
        .mutant(
            "no-tick-on-receipt",
            "receiving gets the number of the sending",
            LamportMutants::noTickOnReceipt,
            order)
        .mutant(
            "no-tick-on-send",
            "sending gets the number of the event before it",
            LamportMutants::noTickOnSend,
            order);
  }

  static Lesson<VectorClocks.Msg> vector() {
    String both = "V(a) < V(b) if and only if a came before b";
    Scenario<VectorClocks.Msg> scenario =
        Scenario.of(NODES, VectorClocks::create)
            .ask("A", new VectorClocks.Act())
            .ask("A", new VectorClocks.SendTo("B"))
            .ask("A", new VectorClocks.Act())
            .ask("B", new VectorClocks.SendTo("C"))
            .ask("C", new VectorClocks.Act());
    BiFunction<
            SortedMap<String, Stamp<VectorClocks.Stamped>>,
            SimEvent,
            SortedMap<String, Stamp<VectorClocks.Stamped>>>
        fold =
            (stamps, e) ->
                e.payload() instanceof VectorClocks.Stamped s
                    ? add(stamps, e, s.what(), s)
                    : stamps;
    return Lesson.of(
            "vector",
            "Vector clocks: causality in both directions",
            "Fidge 1988, Mattern 1989",
            scenario,
            Property.always(
                both,
                ClockLessons.<VectorClocks.Stamped>none(),
                fold,
                stamps ->
                    anyPair(
                        stamps,
                        (a, b) ->
                            a.stamp().isBefore(b.stamp()) != a.truth().precedes(b.truth())
                                ? a.event()
                                    + " "
                                    + a.stamp().vector()
                                    + (a.truth().precedes(b.truth()) ? " came" : " did not come")
                                    + " before "
                                    + b.event()
                                    + " "
                                    + b.stamp().vector()
                                : "")),
            Property.sometimes(
                "two concurrent events can't be compared",
                ClockLessons.<VectorClocks.Stamped>none(),
                fold,
                stamps ->
                    anyPair(
                        stamps,
                        (a, b) ->
                            !a.stamp().isBefore(b.stamp())
                                    && !b.stamp().isBefore(a.stamp())
                                    && !a.stamp().vector().equals(b.stamp().vector())
                                ? a + " and " + b
                                : "")),
            Property.atEnd(
                "what was sent is received",
                0,
                (n, e) ->
                    e.payload() instanceof VectorClocks.Stamped s
                        ? n + (s.what().equals("send") ? 1 : s.what().equals("receive") ? -1 : 0)
                        : n,
                n -> n == 0 ? Optional.empty() : Optional.of(n + " on their way")))
        .tolerating("slow")
        .mutant(
            "no-tick-on-send",
            "A's sending gets the vector of A's event before it",
            VectorMutants::noTickOnSend,
            both)
        .mutant(
            "ticks-senders-entry",
            "the receiver counts in the sender's entry too",
            VectorMutants::ticksTheSendersEntry,
            both)
        .mutant(
            "no-tick-on-receipt", "the receiver only merges", VectorMutants::noTickOnReceipt, both);
  }
}

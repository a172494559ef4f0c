package io.flotilla.lab.lesson;

import io.flotilla.lab.Cap;
import io.flotilla.lab.CapMsg;
import io.flotilla.lab.CapMsg.Answered;
import io.flotilla.lab.CapMsg.Asked;
import io.flotilla.lab.CapMsg.Kept;
import io.flotilla.lab.CapMsg.Refused;
import io.flotilla.lab.CapMutants;
import io.flotilla.lab.check.Invocation;
import io.flotilla.lab.check.Linearizability;
import io.flotilla.lab.check.Linearizability.RegisterOp;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** One bank balance while the network is cut: consistent or available. */
final class CapLessons {
  private CapLessons() {}

  /** A request; times are positions in the run. */
  private record Call(Integer write, Integer answer, long called, long answered) {
    Invocation<RegisterOp> asOperation() {
      RegisterOp op =
          write != null
              ? RegisterOp.write("" + write)
              : RegisterOp.read(answer == null || answer == 0 ? null : "" + answer);
      return new Invocation<>(op, called, answered);
    }
  }

  private record Calls(SortedMap<String, Call> calls, long now) {
    static final Calls NONE = new Calls(new TreeMap<>(), 0);

    Calls after(SimEvent e) {
      if (e.payload() instanceof Asked a) {
        Call call = new Call(a.write(), null, now + 1, Invocation.NEVER);
        return new Calls(Folds.plus(calls, e.node() + a.op(), call), now + 1);
      }
      if (e.payload() instanceof Answered a) {
        Call call = calls.get(e.node() + a.op());
        Call done = new Call(call.write(), a.balance(), call.called(), now + 1);
        return new Calls(Folds.plus(calls, e.node() + a.op(), done), now + 1);
      }
      return this;
    }

    Optional<String> notLinearizable() {
      List<Invocation<RegisterOp>> all = new ArrayList<>();
      calls.values().forEach(c -> all.add(c.asOperation()));
      return Linearizability.holds(Linearizability.REGISTER, all)
          ? Optional.empty()
          : Optional.of("no order of these explains the answers: " + calls);
    }

    /** A request that still waits when the next one has come. */
    Optional<String> unansweredBefore() {
      return calls.values().stream()
          .filter(c -> c.answered() == Invocation.NEVER && c.called() < now)
          .findFirst()
          .map(c -> "a request still waits: " + c);
    }
  }

  /**
   * @param asked what each open request writes; 0 for a read
   * @param wrong a request that got a second answer, or an answer to something else
   */
  private record Ends(SortedMap<String, Integer> asked, String wrong) {
    static final Ends NONE = new Ends(new TreeMap<>(), "");

    Ends after(SimEvent e) {
      if (e.payload() instanceof Asked a) {
        int write = a.write() == null ? 0 : a.write();
        return new Ends(Folds.plus(asked, e.node() + a.op(), write), wrong);
      }
      if (e.payload() instanceof Refused r) {
        return ended(e.node() + r.op(), 0);
      }
      return e.payload() instanceof Answered a ? ended(e.node() + a.op(), a.balance()) : this;
    }

    private Ends ended(String request, int balance) {
      Integer write = asked.get(request);
      boolean good = write != null && (write == 0 || balance == 0 || write == balance);
      String text = "request " + request + " to write " + write + " got " + balance;
      return new Ends(Folds.minus(asked, request), good ? wrong : text);
    }
  }

  private static Property<Ends> onceEach() {
    return Property.always(
        "a request gets one answer, a write what it wrote",
        Ends.NONE,
        Ends::after,
        ends -> Verdicts.unlessEmpty(ends.wrong()));
  }

  private static Property<Ends> all() {
    return Property.atEnd(
        "every request is answered or refused",
        Ends.NONE,
        Ends::after,
        ends -> Verdicts.none("open", ends.asked().keySet()));
  }

  /** The balance that each node keeps. */
  private static SortedMap<String, Integer> kept(SortedMap<String, Integer> before, SimEvent e) {
    return e.payload() instanceof Kept k ? Folds.plus(before, e.node(), k.balance()) : before;
  }

  private static Optional<String> differing(SortedMap<String, Integer> kept) {
    boolean alike = kept.isEmpty() || kept.size() == 3 && new TreeSet<>(kept.values()).size() == 1;
    return alike ? Optional.empty() : Optional.of("the nodes keep " + kept);
  }

  private static Scenario<CapMsg> bank(boolean consistent) {
    return Scenario.<CapMsg>of(List.of("A", "B", "C"), h -> Cap.create(h, consistent))
        .with(Faults.parse("cut=1"))
        .ask("A", new CapMsg.Write(100))
        .ask("B", new CapMsg.Write(70))
        .ask("B", new CapMsg.Read())
        .ask("C", new CapMsg.Read());
  }

  /** More of everything, and two cuts. */
  private static Scenario<CapMsg> busy(boolean consistent) {
    Scenario<CapMsg> scenario = bank(consistent).with(Faults.parse("cut=2,reorder"));
    for (String node : List.of("C", "A", "B")) {
      scenario =
          scenario
              .ask(node, new CapMsg.Write(10 * node.charAt(0)))
              .ask(node, new CapMsg.Read())
              .ask(node, new CapMsg.Read());
    }
    return scenario;
  }

  static Lesson<CapMsg> cp() {
    String one = "all answers are those of one register";
    return Lesson.of(
            "cap-cp",
            "CAP, consistent: the side without a majority refuses",
            "Gilbert and Lynch 2002, Lynch and Shvartsman 1997",
            busy(true),
            onceEach(),
            all(),
            Property.always(one, Calls.NONE, Calls::after, Calls::notLinearizable),
            Property.sometimes("a refused request", Refused.class, r -> true),
            Property.sometimes("a balance is read", Answered.class, a -> a.balance() > 0)
                .inAtLeast(50))
        .tolerating("cut,reorder")
        .showing(bank(true))
        .exploring(bank(true).with(Faults.NONE).timers(0))
        .mutant(
            "one-is-enough",
            "a node doesn't wait for a majority",
            h -> CapMutants.oneIsEnough(h, true),
            one)
        .mutant(
            "reads-forget",
            "a read answers without storing what it saw",
            h -> CapMutants.readsForget(h, true),
            one)
        .opening(":B,B:A,A:B,cut=B,heal,:B,B:A,A:B,:C,C:A,A:C");
  }

  static Lesson<CapMsg> ap() {
    String alike = "the nodes end up with one balance";
    return Lesson.of(
            "cap-ap",
            "CAP, available: every node answers at once, and they agree after the cut",
            "Gilbert and Lynch 2002",
            busy(false),
            onceEach(),
            all(),
            Property.atEnd(alike, new TreeMap<>(), CapLessons::kept, CapLessons::differing),
            Property.always(
                "every request is answered at once",
                Calls.NONE,
                Calls::after,
                Calls::unansweredBefore),
            Property.sometimes(
                "answers that no single register could have given",
                Calls.NONE,
                Calls::after,
                Calls::notLinearizable))
        .tolerating("cut,reorder")
        .exploring(bank(false).with(Faults.NONE).timers(0))
        .showing(bank(false).with(Faults.parse("cut=1,reorder")))
        .mutant(
            "last-arrival-wins",
            "what arrives last is kept, however old",
            h -> CapMutants.lastArrivalWins(h, false),
            alike)
        .mutant(
            "shares-once",
            "what the cut swallowed is not sent again",
            h -> CapMutants.sharesOnce(h, false),
            alike);
  }
}

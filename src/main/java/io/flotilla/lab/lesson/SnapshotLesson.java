package io.flotilla.lab.lesson;

import io.flotilla.lab.Snapshot;
import io.flotilla.lab.Snapshot.Holds;
import io.flotilla.lab.Snapshot.Msg;
import io.flotilla.lab.Snapshot.Part;
import io.flotilla.lab.Snapshot.Recorded;
import io.flotilla.lab.Snapshot.Take;
import io.flotilla.lab.Snapshot.Transfer;
import io.flotilla.lab.Snapshot.WentBack;
import io.flotilla.lab.Snapshot.Whole;
import io.flotilla.lab.SnapshotMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** Checkpoints of a system that goes on, and the restart from one. */
final class SnapshotLesson {
  private SnapshotLesson() {}

  private static final List<String> ACCOUNTS = List.of("A", "B", "C");
  private static final int ALL = ACCOUNTS.size() * Snapshot.MONEY;

  /**
   * @param holds each account
   * @param parts the parts of each snapshot by node
   * @param wrong what a whole snapshot lacks or has too much
   */
  private record Bank(
      SortedMap<String, Integer> holds,
      SortedMap<String, Part> parts,
      SortedSet<String> down,
      String wrong) {
    static final Bank EMPTY = new Bank(new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), "");

    Bank after(SimEvent e) {
      if (e.payload() instanceof Holds h) {
        return new Bank(Folds.plus(holds, e.node(), h.account()), parts, down, wrong);
      }
      if (e.payload() instanceof Recorded r) {
        return new Bank(holds, Folds.plus(parts, r.snapshot() + e.node(), r.part()), down, wrong);
      }
      if (e.payload() instanceof Whole w) {
        int sum = ACCOUNTS.stream().mapToInt(a -> parts.get(w.snapshot() + a).sum()).sum();
        String text = "snapshot " + w.snapshot() + " has " + sum + " of " + ALL;
        return new Bank(holds, parts, down, sum == ALL ? wrong : text);
      }
      return switch (e.kind()) {
        case CRASH -> new Bank(holds, parts, Folds.plus(down, e.node()), wrong);
        case RECOVER -> new Bank(holds, parts, Folds.minus(down, e.node()), wrong);
        default -> this;
      };
    }

    /** Once all are up and nothing is on its way. */
    Optional<String> gone() {
      int sum = holds.values().stream().mapToInt(n -> n).sum();
      return !down.isEmpty() || sum == ALL
          ? Optional.empty()
          : Optional.of("the accounts have " + sum + " of " + ALL + ": " + holds);
    }

    Optional<String> caughtOnTheWay() {
      return parts.values().stream().anyMatch(p -> !p.onTheWay().isEmpty())
          ? Optional.of("seen")
          : Optional.empty();
    }
  }

  private static final BiFunction<Bank, SimEvent, Bank> BANK = Bank::after;

  static Lesson<Msg> lesson() {
    String cut = "a whole snapshot has all the money";
    String end = "in the end the accounts have all the money";
    Scenario<Msg> bare = Scenario.of(ACCOUNTS, Snapshot::create);
    Scenario<Msg> scenario =
        bare.with(Faults.parse("crash=3"))
            .crashable(List.of("B", "C"))
            .ask("A", new Transfer("B", 10))
            .ask("A", new Take())
            .ask("A", new Transfer("C", 20))
            .ask("A", new Take())
            .ask("A", new Transfer("B", 30))
            .ask("A", new Take())
            .ask("B", new Transfer("A", 20))
            .ask("B", new Transfer("C", 30))
            .ask("B", new Transfer("A", 10))
            .ask("C", new Transfer("A", 10))
            .ask("C", new Transfer("B", 20))
            .ask("C", new Transfer("A", 30));
    return Lesson.of(
            "snapshot",
            "Chandy-Lamport: a snapshot of a running system, and the restart from it",
            "Chandy and Lamport 1985",
            scenario,
            Property.always(cut, Bank.EMPTY, BANK, b -> Verdicts.unlessEmpty(b.wrong())),
            Property.atEnd(end, Bank.EMPTY, BANK, Bank::gone),
            Property.sometimes(
                    "a snapshot has money that was on its way",
                    Bank.EMPTY,
                    BANK,
                    Bank::caughtOnTheWay)
                .inAtLeast(20),
            Property.sometimes("a restart from a snapshot", WentBack.class, w -> w.snapshot() > 0)
                .inAtLeast(10))
        .exploring(
            bare.ask("A", new Transfer("B", 10))
                .ask("A", new Take())
                .ask("B", new Transfer("C", 20)))
        .mutant(
            "accounts-only",
            "each records its account, nobody what is on its way",
            SnapshotMutants::accountsOnly,
            cut)
        .mutant(
            "records-late",
            "an account is recorded at the last marker, not at the first",
            SnapshotMutants::recordsLate,
            cut)
        .mutant(
            "old-money-counts",
            "what was sent before the restart is taken after it",
            SnapshotMutants::oldMoneyCounts,
            end);
  }
}

package io.flotilla.lab.lesson;

import io.flotilla.lab.CentralLock;
import io.flotilla.lab.CentralLock.Accepted;
import io.flotilla.lab.CentralLock.Expired;
import io.flotilla.lab.CentralLock.Granted;
import io.flotilla.lab.CentralLock.Refused;
import io.flotilla.lab.CentralLock.Released;
import io.flotilla.lab.CentralLockMutants;
import io.flotilla.lab.RicartAgrawala;
import io.flotilla.lab.RicartAgrawala.Entered;
import io.flotilla.lab.RicartAgrawala.Left;
import io.flotilla.lab.RicartAgrawala.Wanted;
import io.flotilla.lab.RicartAgrawalaMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Timing;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Mutual exclusion, without and with a coordinator. */
final class LockLessons {
  private LockLessons() {}

  /** The nodes inside, and the cost. */
  private record Section(
      SortedSet<String> inside, int wanted, int entered, int sent, boolean undisturbed) {
    static final Section EMPTY = new Section(new TreeSet<>(), 0, 0, 0, true);

    Section after(SimEvent e) {
      if (e.payload() instanceof Wanted) {
        return new Section(inside, wanted + 1, entered, sent, undisturbed);
      }
      if (e.payload() instanceof Entered) {
        return new Section(Folds.plus(inside, e.node()), wanted, entered + 1, sent, undisturbed);
      }
      if (e.payload() instanceof Left) {
        return new Section(Folds.minus(inside, e.node()), wanted, entered, sent, undisturbed);
      }
      return switch (e.kind()) {
        case SEND -> new Section(inside, wanted, entered, sent + 1, undisturbed);
        case LOSE, DUPLICATE, CRASH, CUT -> new Section(inside, wanted, entered, sent, false);
        default -> this;
      };
    }
  }

  static Lesson<RicartAgrawala.Msg> ricartAgrawala() {
    List<String> nodes = List.of("A", "B", "C");
    String one = "at most one node is inside";
    String all = "on a reliable network everyone who wants in gets in";
    String cost = "an entry costs 2(N-1) messages";
    Scenario<RicartAgrawala.Msg> scenario =
        Scenario.of(nodes, RicartAgrawala::create)
            .ask("A", new RicartAgrawala.Want())
            .ask("B", new RicartAgrawala.Want())
            .ask("C", new RicartAgrawala.Want())
            .ask("A", new RicartAgrawala.Want());
    Scenario<RicartAgrawala.Msg> small =
        Scenario.of(nodes, RicartAgrawala::create)
            .ask("A", new RicartAgrawala.Want())
            .ask("B", new RicartAgrawala.Want());
    return Lesson.of(
            "ricart-agrawala",
            "Ricart-Agrawala: mutual exclusion by asking every node",
            "Ricart and Agrawala 1981",
            scenario,
            Property.always(
                one,
                Section.EMPTY,
                Section::after,
                s ->
                    s.inside().size() > 1
                        ? Optional.of(s.inside() + " are inside")
                        : Optional.empty()),
            Property.atEnd(
                all,
                Section.EMPTY,
                Section::after,
                s ->
                    s.undisturbed() && s.entered() < s.wanted()
                        ? Optional.of(s.entered() + " entries for " + s.wanted() + " wishes")
                        : Optional.empty()),
            Property.atEnd(
                cost,
                Section.EMPTY,
                Section::after,
                s ->
                    s.undisturbed() && s.sent() != 2 * (nodes.size() - 1) * s.entered()
                        ? Optional.of(s.sent() + " messages for " + s.entered() + " entries")
                        : Optional.empty()),
            Property.sometimes("somebody is inside", Entered.class, e -> true))
        .exploring(small)
        .mutant(
            "clocks-not-merged",
            "the clock isn't advanced by the clocks of others",
            RicartAgrawalaMutants::clocksNotMerged,
            one)
        .mutant(
            "compares-current-clock",
            "compares with the clock now instead of the request's",
            RicartAgrawalaMutants::comparesTheCurrentClock,
            one)
        .mutant(
            "untagged-ok",
            "an OK doesn't say which request it answers; the network duplicates one",
            RicartAgrawalaMutants::untaggedOk,
            one,
            Faults.NONE.withDuplicates(1));
  }

  /**
   * @param holder the token granted last; 0 once it was given back or has expired
   * @param wrong what went wrong
   */
  private record Lock(long holder, long newest, String grants, String writes) {
    static final Lock EMPTY = new Lock(0, 0, "", "");

    Lock after(SimEvent e) {
      if (e.payload() instanceof Granted g) {
        String bad =
            holder != 0 ? "token " + g.token() + " granted while " + holder + " is held" : grants;
        return new Lock(g.token(), newest, bad, writes);
      }
      if (e.payload() instanceof Expired x && x.token() == holder) {
        return new Lock(0, newest, grants, writes);
      }
      if (e.payload() instanceof Released r && r.token() == holder) {
        return new Lock(0, newest, grants, writes);
      }
      if (e.payload() instanceof Accepted a) {
        String bad =
            a.token() < newest ? "token " + a.token() + " accepted after " + newest : writes;
        return new Lock(holder, Math.max(newest, a.token()), grants, bad);
      }
      return this;
    }
  }

  static Lesson<CentralLock.Msg> centralLock() {
    String tokens = "the store never takes an older token after a newer";
    String holder = "a lock is granted only when it was given back or its lease is over";
    Faults faults = Faults.NONE.withPauses(1);
    Scenario<CentralLock.Msg> scenario =
        Scenario.of(List.of("c1", "c2", "lock", "store"), CentralLock::create)
            .with(Timing.bounded(1, 10))
            .with(faults)
            .crashable(List.of("c1", "c2", "lock"))
            .until(1_000, 500)
            .askAt(0, "c1", new CentralLock.Want())
            .askAt(5, "c2", new CentralLock.Want())
            .askAt(130, "c1", new CentralLock.Want());
    return Lesson.of(
            "central-lock",
            "A lock coordinator with leases and fencing tokens",
            "Gray and Cheriton 1989, Kleppmann 2016",
            scenario,
            Property.always(
                tokens,
                Lock.EMPTY,
                Lock::after,
                l -> l.writes().isEmpty() ? Optional.empty() : Optional.of(l.writes())),
            Property.always(
                holder,
                Lock.EMPTY,
                Lock::after,
                l -> l.grants().isEmpty() ? Optional.empty() : Optional.of(l.grants())),
            Property.sometimes("a lease runs out", Expired.class, x -> true),
            Property.sometimes("the store refuses a stale token", Refused.class, r -> true))
        .mutant(
            "no-fencing",
            "the store trusts every client; the holder only slept",
            CentralLockMutants::noFencing,
            tokens)
        .mutant(
            "any-release",
            "a late release frees the lock of the next holder",
            CentralLockMutants::anyRelease,
            holder)
        .mutant(
            "forgets-token",
            "the coordinator counts its tokens in memory only",
            CentralLockMutants::forgetsTheToken,
            holder,
            Faults.NONE.withCrashes(1));
  }
}

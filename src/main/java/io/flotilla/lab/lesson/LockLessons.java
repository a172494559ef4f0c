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
import io.flotilla.lab.sim.Choice.Kind;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Timing;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;

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

  private static final BiFunction<Section, SimEvent, Section> SECTION = Section::after;

  /** When the clients ask again, after all messages from before are gone. */
  private static final long IN_THE_CALM = 1_200;

  private static final BiFunction<Lock, SimEvent, Lock> LOCK = Lock::after;

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
    Scenario<RicartAgrawala.Msg> hard =
        scenario
            .with(Faults.parse("dup=3,reorder"))
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
            hard,
            Property.always(
                one,
                Section.EMPTY,
                SECTION,
                s ->
                    s.inside().size() > 1
                        ? Optional.of(s.inside() + " are inside")
                        : Optional.empty()),
            Property.always(
                "nobody is let in more often than it wants",
                Section.EMPTY,
                SECTION,
                s ->
                    s.entered() > s.wanted()
                        ? Optional.of(s.entered() + " entries for " + s.wanted() + " wishes")
                        : Optional.empty()),
            Property.atEnd(
                all,
                Section.EMPTY,
                SECTION,
                s ->
                    s.undisturbed() && s.entered() != s.wanted()
                        ? Optional.of(s.entered() + " entries for " + s.wanted() + " wishes")
                        : Optional.empty()),
            Property.atEnd(
                cost,
                Section.EMPTY,
                SECTION,
                s ->
                    s.undisturbed() && s.sent() != 2 * (nodes.size() - 1) * s.entered()
                        ? Optional.of(s.sent() + " messages for " + s.entered() + " entries")
                        : Optional.empty()),
            Property.sometimes("somebody is inside", Entered.class, e -> true),
            Property.sometimes(
                    "seven entries in one run",
                    Section.EMPTY,
                    SECTION,
                    s -> s.entered() == 7 ? Optional.of("yes") : Optional.empty())
                .inAtLeast(90))
        .tolerating("dup,slow,reorder")
        .exploring(small)
        .showing(scenario)
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
            Faults.NONE.with(Kind.DUP, 1));
  }

  /**
   * @param holder the token granted last; 0 once it was given back or has expired
   * @param last the greatest token granted, and {@code newest} the greatest accepted
   * @param grants what was granted wrongly, and {@code writes} what was written wrongly
   * @param owed how many wishes of the calm have not been written
   */
  private record Lock(long holder, long last, long newest, String grants, String writes, int owed) {
    static final Lock EMPTY = new Lock(0, 0, 0, "", "", 0);

    Lock after(SimEvent e) {
      if (e.payload() instanceof Granted g) {
        String bad =
            holder != 0
                ? "token " + g.token() + " granted while " + holder + " is held"
                : g.token() <= last ? "token " + g.token() + " granted after " + last : grants;
        return new Lock(g.token(), g.token(), newest, bad, writes, owed);
      }
      if (e.payload() instanceof Expired x && x.token() == holder) {
        return new Lock(0, last, newest, grants, writes, owed);
      }
      if (e.payload() instanceof Released r && r.token() == holder) {
        return new Lock(0, last, newest, grants, writes, owed);
      }
      if (e.payload() instanceof Accepted a) {
        String bad =
            a.token() < newest ? "token " + a.token() + " accepted after " + newest : writes;
        long now = Math.max(newest, a.token());
        int left = owed - (e.time() > IN_THE_CALM ? 1 : 0);
        return new Lock(holder, last, now, grants, bad, left);
      }
      return e.kind() == SimEvent.Kind.STIMULUS && e.time() >= IN_THE_CALM
          ? new Lock(holder, last, newest, grants, writes, owed + 1)
          : this;
    }
  }

  private static String late(String before, SimEvent e) {
    return e.payload() instanceof Expired x && e.time() > IN_THE_CALM
        ? "the lease of token " + x.token() + " ran out"
        : before;
  }

  static Lesson<CentralLock.Msg> centralLock() {
    String tokens = "the store never takes an older token after a newer";
    String holder = "a lock is granted only when it was given back or its lease is over";
    Scenario<CentralLock.Msg> stage =
        Scenario.of(List.of("c1", "c2", "lock", "store"), CentralLock::create)
            .with(Timing.bounded(1, 10))
            .with(Faults.NONE.with(Kind.PAUSE, 1))
            .crashable(List.of("c1", "c2", "lock"))
            .until(1_000, 500)
            .askAt(0, "c1", new CentralLock.Want())
            .askAt(5, "c2", new CentralLock.Want())
            .askAt(130, "c1", new CentralLock.Want());
    Scenario<CentralLock.Msg> scenario =
        stage
            .with(Timing.bounded(1, 30).thenAtMost(10))
            .with(Faults.parse("drop=1,crash=1,pause=1,slow=1,power=1"))
            .calmFrom(500, 2_500)
            .askAt(135, "c2", new CentralLock.Want())
            .askAt(IN_THE_CALM, "c1", new CentralLock.Want())
            .askAt(IN_THE_CALM, "c2", new CentralLock.Want());
    return Lesson.of(
            "central-lock",
            "A lock coordinator with leases and fencing tokens",
            "Gray and Cheriton 1989, Kleppmann 2016",
            scenario,
            Property.always(
                tokens,
                Lock.EMPTY,
                LOCK,
                l -> l.writes().isEmpty() ? Optional.empty() : Optional.of(l.writes())),
            Property.always(
                holder,
                Lock.EMPTY,
                LOCK,
                l -> l.grants().isEmpty() ? Optional.empty() : Optional.of(l.grants())),
            Property.atEnd(
                "in the calm a client gets its work done",
                Lock.EMPTY,
                LOCK,
                l -> l.owed() <= 0 ? Optional.empty() : Optional.of("writes owed: " + l.owed())),
            Property.always(
                "in the calm each gives the lock back before its lease is over",
                "",
                LockLessons::late,
                late -> late.isEmpty() ? Optional.empty() : Optional.of(late)),
            Property.sometimes("a lease runs out", Expired.class, x -> true).inAtLeast(20),
            Property.sometimes("the store refuses a stale token", Refused.class, r -> true))
        .tolerating("drop,crash,pause,slow,power,tear")
        .exploring(stage)
        .showing(stage)
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
            Faults.NONE.with(Kind.CRASH, 1));
  }
}

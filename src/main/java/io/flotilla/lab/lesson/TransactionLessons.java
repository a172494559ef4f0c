package io.flotilla.lab.lesson;

import io.flotilla.lab.Saga;
import io.flotilla.lab.SagaMutants;
import io.flotilla.lab.TwoPhaseCommit;
import io.flotilla.lab.TwoPhaseCommit.Decided;
import io.flotilla.lab.TwoPhaseCommit.Voted;
import io.flotilla.lab.TwoPhaseCommitMutants;
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

/** One action on several nodes: all of it or nothing. */
final class TransactionLessons {
  private TransactionLessons() {}

  private static final String TOLERATES = "drop,dup,crash,cut,pause,oneway,power,tear,slow,reorder";
  private static final String HARD = "drop=3,dup=3,crash=2,cut=1,oneway=1,pause=1,slow=1,reorder";

  /**
   * @param decided what each node has decided
   * @param yes who has ever voted yes
   * @param waiting who has voted yes and knows no decision
   * @param unfounded a commit that lacked a vote
   */
  private record Trip(
      SortedMap<String, Boolean> decided,
      SortedSet<String> yes,
      SortedSet<String> waiting,
      String unfounded,
      boolean leaderless) {
    static final Trip EMPTY =
        new Trip(new TreeMap<>(), new TreeSet<>(), new TreeSet<>(), "", false);

    Trip after(SimEvent e) {
      if (e.payload() instanceof Voted v && v.yes()) {
        return new Trip(
            decided,
            Folds.plus(yes, e.node()),
            Folds.plus(waiting, e.node()),
            unfounded,
            leaderless);
      }
      if (e.payload() instanceof Decided d) {
        boolean lacks = d.commit() && yes.size() < 2;
        return new Trip(
            Folds.plus(decided, e.node(), d.commit()),
            yes,
            Folds.minus(waiting, e.node()),
            lacks ? e.node() + " commits with the votes of " + yes : unfounded,
            leaderless);
      }
      boolean changes = e.node().equals(TwoPhaseCommit.COORDINATOR);
      if (changes && (e.kind() == Kind.CRASH || e.kind() == Kind.RECOVER)) {
        return new Trip(decided, yes, waiting, unfounded, e.kind() == Kind.CRASH);
      }
      return this;
    }

    Optional<String> parted() {
      return new TreeSet<>(decided.values()).size() > 1
          ? Optional.of("committed or not: " + decided)
          : Optional.empty();
    }

    Optional<String> blocked() {
      return leaderless && !waiting.isEmpty() ? Optional.of(waiting + " wait") : Optional.empty();
    }
  }

  private static final BiFunction<Trip, SimEvent, Trip> TRIP = Trip::after;

  static Lesson<TwoPhaseCommit.Msg> twoPhaseCommit() {
    String alike = "nobody commits what another aborts";
    String votes = "a commit has every vote";
    String end = "whoever promised learns the decision in the end";
    Scenario<TwoPhaseCommit.Msg> scenario =
        Scenario.of(List.of("trip", "flight", "hotel"), TwoPhaseCommit::create)
            .with(Timing.bounded(1, 80).thenAtMost(10))
            .with(Faults.parse(HARD))
            .steps(1_000)
            .calmFrom(800, 1_500)
            .askAt(0, "trip", new TwoPhaseCommit.Begin())
            .askAt(100, "hotel", new TwoPhaseCommit.SellOut());
    return Lesson.of(
            "two-phase-commit",
            "Two-phase commit: all or none, and a coordinator's crash blocks",
            "Gray 1978",
            scenario,
            Property.always(alike, Trip.EMPTY, TRIP, Trip::parted),
            Property.always(votes, Trip.EMPTY, TRIP, t -> Verdicts.unlessEmpty(t.unfounded())),
            Property.atEnd(end, Trip.EMPTY, TRIP, t -> Verdicts.none("waiting", t.waiting())),
            Property.sometimes("a commit", Decided.class, Decided::commit).inAtLeast(30),
            Property.sometimes("an abort", Decided.class, d -> !d.commit()).inAtLeast(25),
            Property.sometimes(
                    "a participant waits while the coordinator is down",
                    Trip.EMPTY,
                    TRIP,
                    Trip::blocked)
                .inAtLeast(5))
        .tolerating(TOLERATES)
        .exploring(
            Scenario.of(List.of("trip", "flight", "hotel"), TwoPhaseCommit::create)
                .timers(1)
                .ask("trip", new TwoPhaseCommit.Begin())
                .ask("hotel", new TwoPhaseCommit.SellOut()))
        .showing(
            Scenario.of(List.of("trip", "flight", "hotel"), TwoPhaseCommit::create)
                .with(Faults.parse("crash=1,dup=1,reorder"))
                .crashable(List.of("hotel"))
                .timers(6)
                .ask("trip", new TwoPhaseCommit.Begin())
                .ask("hotel", new TwoPhaseCommit.SellOut()))
        .mutant(
            "forgets-its-vote",
            "a participant's promise is not on its disk",
            TwoPhaseCommitMutants::forgetsItsVote,
            alike)
        .opening(
            ":trip,trip:hotel,trip@,hotel:trip,crash=hotel,recover=hotel,:hotel,trip:hotel,"
                + "trip:flight,flight:trip")
        .mutant(
            "loses-patience",
            "a participant that has voted yes aborts when it has waited long",
            TwoPhaseCommitMutants::losesPatience,
            alike)
        .mutant(
            "majority-is-enough",
            "the coordinator commits before it has every vote",
            TwoPhaseCommitMutants::majorityIsEnough,
            alike)
        .mutant(
            "silence-is-yes",
            "the coordinator commits when it has waited long",
            TwoPhaseCommitMutants::silenceIsYes,
            alike);
  }

  /**
   * @param taken places that are taken now
   * @param given whether a place was taken and given back
   */
  private record Places(SortedSet<String> taken, boolean given, boolean began, boolean ended) {
    static final Places EMPTY = new Places(new TreeSet<>(), false, false, false);

    Places after(SimEvent e) {
      if (e.payload() instanceof Saga.Began) {
        return new Places(taken, given, true, ended);
      }
      if (e.payload() instanceof Saga.Took) {
        return new Places(Folds.plus(taken, e.node()), given, began, ended);
      }
      if (e.payload() instanceof Saga.GaveBack) {
        return new Places(Folds.minus(taken, e.node()), true, began, ended);
      }
      return e.payload() instanceof Saga.Ended ? new Places(taken, given, began, true) : this;
    }

    Optional<String> half() {
      return taken.isEmpty() || taken.size() == Saga.STEPS.size()
          ? Optional.empty()
          : Optional.of("only " + taken + " are taken");
    }
  }

  private static final BiFunction<Places, SimEvent, Places> PLACES = Places::after;

  static Lesson<Saga.Msg> saga() {
    String whole = "in the end all places are taken, or none";
    List<String> nodes = List.of("trip", "flight", "hotel", "car");
    Scenario<Saga.Msg> scenario =
        Scenario.of(nodes, Saga::create)
            .with(Timing.bounded(1, 80).thenAtMost(10))
            .with(Faults.parse(HARD))
            .steps(1_000)
            .calmFrom(1_000, 2_500)
            .askAt(0, "trip", new Saga.Begin())
            .askAt(250, "car", new Saga.SellOut());
    return Lesson.of(
            "saga",
            "Saga: each step is final, and undone by another if a later one fails",
            "Garcia-Molina and Salem 1987",
            scenario,
            Property.atEnd(whole, Places.EMPTY, PLACES, Places::half),
            Property.atEnd(
                "the saga ends",
                Places.EMPTY,
                PLACES,
                p -> p.began() == p.ended() ? Optional.empty() : Optional.of("it still goes on")),
            Property.sometimes("a whole trip", Saga.Ended.class, Saga.Ended::done).inAtLeast(30),
            Property.sometimes(
                    "others saw a place taken that was given back",
                    Places.EMPTY,
                    PLACES,
                    p -> p.given() ? Optional.of("seen") : Optional.empty())
                .inAtLeast(20))
        .tolerating(TOLERATES)
        .exploring(
            Scenario.of(nodes, Saga::create)
                .timers(1)
                .ask("trip", new Saga.Begin())
                .ask("car", new Saga.SellOut()))
        .showing(
            Scenario.of(nodes, Saga::create)
                .with(Faults.parse("drop=2,dup=1,reorder"))
                .timers(8)
                .ask("trip", new Saga.Begin())
                .ask("car", new Saga.SellOut()))
        .mutant(
            "no-compensation",
            "a step that fails ends the saga, and those before it stay done",
            SagaMutants::noCompensation,
            whole)
        .mutant(
            "silence-is-nothing",
            "a step that didn't answer is not undone",
            SagaMutants::silenceIsNothing,
            whole)
        .mutant(
            "late-booking-counts",
            "a booking that arrives after its cancellation is taken",
            SagaMutants::lateBookingCounts,
            whole)
        .opening(
            ":trip,trip:flight,flight:trip,trip@,trip@,trip@,trip@,trip:hotel#5,hotel:trip,"
                + "trip:flight,flight:trip,trip:hotel");
  }
}

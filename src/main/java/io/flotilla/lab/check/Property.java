package io.flotilla.lab.check;

import io.flotilla.lab.sim.SimEvent;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A named fold over a run's events, and a judgement of the folded state. Two states that mean the
 * same must print the same, because exploration tells states apart by their text: use records and
 * sorted collections.
 *
 * @param when which states are judged, and how
 * @param percent in how many of a hundred runs a "sometimes" property must be seen; 0 for any
 * @param finding what it finds in a state, or empty
 */
public record Property<S>(
    String name,
    When when,
    S zero,
    BiFunction<S, SimEvent, S> fold,
    Function<S, Optional<String>> finding,
    int percent) {

  /** Which states a property is about. */
  public enum When {
    /** A finding in any state breaks the property. */
    ALWAYS,
    /** A finding in the last state of a run that ended by itself breaks the property. */
    AT_END,
    /** The property needs a finding in some run, or the others may hold for lack of such a case. */
    SOMETIMES
  }

  /** Must hold in every state; {@code wrong} finds what is wrong with one. */
  public static <S> Property<S> always(
      String name, S zero, BiFunction<S, SimEvent, S> fold, Function<S, Optional<String>> wrong) {
    return new Property<>(name, When.ALWAYS, zero, fold, wrong, 0);
  }

  /** Must hold when nothing is left to happen. */
  public static <S> Property<S> atEnd(
      String name, S zero, BiFunction<S, SimEvent, S> fold, Function<S, Optional<String>> wrong) {
    return new Property<>(name, When.AT_END, zero, fold, wrong, 0);
  }

  /** Must be seen in at least one run: an event of this type that passes the test. */
  public static <E> Property<Boolean> sometimes(
      String name, Class<E> type, java.util.function.Predicate<E> test) {
    return new Property<>(
        name,
        When.SOMETIMES,
        false,
        (seen, e) -> seen || type.isInstance(e.payload()) && test.test(type.cast(e.payload())),
        seen -> seen ? Optional.of("seen") : Optional.empty(),
        0);
  }

  /** A "sometimes" that is no rare case: it must be seen in so many of a hundred runs. */
  public Property<S> inAtLeast(int percentOfRuns) {
    return new Property<>(name, when, zero, fold, finding, percentOfRuns);
  }

  /** Must be seen in at least one run: a state with a finding. */
  public static <S> Property<S> sometimes(
      String name, S zero, BiFunction<S, SimEvent, S> fold, Function<S, Optional<String>> seen) {
    return new Property<>(name, When.SOMETIMES, zero, fold, seen, 0);
  }
}

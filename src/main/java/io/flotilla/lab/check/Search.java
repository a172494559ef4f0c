package io.flotilla.lab.check;

import io.flotilla.lab.sim.Chooser;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongFunction;

/** Tries one seed after another. */
public final class Search {
  private Search() {}

  /**
   * @param runs the number of runs
   * @param steps the number of choices in all of them
   * @param failing the first run that broke a property, with its seed
   * @param seen in how many runs each "sometimes" property was shown
   */
  public record Found(
      int runs, long steps, Optional<Failing> failing, SortedMap<String, Integer> seen) {}

  /** A run that broke a property. */
  public record Failing(long seed, Runner.Outcome outcome) {}

  /**
   * Tries seeds from {@code first} on until one breaks a property or {@code most} were tried.
   *
   * @param chooser maps a seed to its choices
   */
  public static Found seeds(Runner<?> runner, long first, int most, LongFunction<Chooser> chooser) {
    SortedMap<String, Integer> seen = new TreeMap<>();
    long steps = 0;
    for (int i = 0; i < most; i++) {
      long seed = first + i;
      Runner.Outcome outcome = runner.run(seed, chooser.apply(seed));
      steps += outcome.steps();
      outcome.seen().forEach(name -> seen.merge(name, 1, Integer::sum));
      if (outcome.violation().isPresent()) {
        return new Found(i + 1, steps, Optional.of(new Failing(seed, outcome)), seen);
      }
    }
    return new Found(most, steps, Optional.empty(), seen);
  }
}

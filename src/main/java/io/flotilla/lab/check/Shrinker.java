package io.flotilla.lab.check;

import io.flotilla.lab.sim.Choice;
import io.flotilla.lab.sim.Chooser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Shortens a failing run (Zeller's delta debugging): leaves out choices, whole stretches first, as
 * long as the same property still breaks. Choices that have become impossible are skipped; this
 * works because a choice is named by its effect, not by its position in a menu.
 */
public final class Shrinker {
  private Shrinker() {}

  /** The shortest failing run found that breaks the same property as {@code failing} does. */
  public static Runner.Outcome shrink(Runner<?> runner, long seed, Runner.Outcome failing) {
    String property = failing.violation().orElseThrow().property();
    Runner.Outcome best = failing;
    boolean shorter = true;
    while (shorter) {
      shorter = false;
      for (int chunk = Math.max(1, best.steps() / 2); chunk >= 1; chunk /= 2) {
        int from = 0;
        while (from < best.steps()) {
          Optional<Runner.Outcome> without = without(runner, seed, property, best, from, chunk);
          if (without.isPresent()) {
            best = without.get();
            shorter = true;
          } else {
            from += chunk;
          }
        }
      }
      Optional<Runner.Outcome> swapped = withoutPair(runner, seed, property, best);
      if (swapped.isPresent()) {
        best = swapped.get();
        shorter = true;
      }
    }
    return best;
  }

  private static Optional<Runner.Outcome> without(
      Runner<?> runner, long seed, String property, Runner.Outcome best, int from, int chunk) {
    List<Choice> fewer = new ArrayList<>(best.choices());
    fewer.subList(from, Math.min(best.steps(), from + chunk)).clear();
    return attempt(runner, seed, property, best, fewer);
  }

  /** Some choices only make sense in pairs: a crash and its recovery, a message and its answer. */
  private static Optional<Runner.Outcome> withoutPair(
      Runner<?> runner, long seed, String property, Runner.Outcome best) {
    for (int i = 0; i < best.steps(); i++) {
      for (int j = i + 1; j < best.steps(); j++) {
        List<Choice> fewer = new ArrayList<>(best.choices());
        fewer.remove(j);
        fewer.remove(i);
        Optional<Runner.Outcome> outcome = attempt(runner, seed, property, best, fewer);
        if (outcome.isPresent()) {
          return outcome;
        }
      }
    }
    return Optional.empty();
  }

  /** After the list everything takes its natural course, so that runs still end. */
  private static Optional<Runner.Outcome> attempt(
      Runner<?> runner, long seed, String property, Runner.Outcome best, List<Choice> fewer) {
    Chooser natural = Chooser.natural();
    Runner.Outcome outcome = runner.run(seed, Chooser.wherePossible(fewer, natural));
    return outcome
        .violation()
        .filter(v -> v.property().equals(property) && outcome.steps() < best.steps())
        .map(v -> outcome);
  }
}

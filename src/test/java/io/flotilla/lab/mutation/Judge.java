package io.flotilla.lab.mutation;

import io.flotilla.lab.check.Property;
import io.flotilla.lab.check.Runner;
import io.flotilla.lab.check.Runner.Outcome;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Simulation;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Runs lessons with a wrong class. Used by one thread. */
final class Judge implements AutoCloseable {
  static final int SEEDS = 300;

  /** How a wrong line shows. */
  enum Sign {
    /** A property breaks. */
    BROKEN,
    /** An exception, or a loop that has no end. */
    THROWS,
    /** No property breaks, but what the lesson shows is seen in too few of its runs. */
    UNSEEN
  }

  /** The run that catches a wrong line; or the last one, if it takes all of them. */
  record Caught(String lesson, long seed, Sign sign) {
    static Caught parse(String text) {
      String[] words = text.split(" ");
      Sign sign = words.length > 2 ? Sign.valueOf(words[2].toUpperCase(Locale.ROOT)) : Sign.BROKEN;
      return new Caught(words[0], Long.parseLong(words[1]), sign);
    }

    @Override
    public String toString() {
      return lesson
          + " "
          + seed
          + (sign == Sign.BROKEN ? "" : " " + sign.name().toLowerCase(Locale.ROOT));
    }
  }

  private final Compiler compiler = new Compiler();
  private final Simulation simulation = new Simulation();

  Compiler compiler() {
    return compiler;
  }

  Optional<ClassLoader> load(Rewrite rewrite) {
    return compiler.load(rewrite.file(), rewrite.applyTo(Suspect.source(rewrite.file())));
  }

  /** Looks for the first seed that breaks a property, or else for another sign. */
  Optional<Caught> hunt(ClassLoader loader, Suspect suspect) {
    Optional<Caught> other = Optional.empty();
    for (String lesson : suspect.lessons()) {
      Optional<Caught> caught = hunt(runner(loader, lesson), lesson);
      if (caught.isPresent() && caught.get().sign() == Sign.BROKEN) {
        return caught;
      }
      other = other.or(() -> caught);
    }
    return other;
  }

  private static Optional<Caught> hunt(Runner<?> runner, String lesson) {
    Optional<Caught> thrown = Optional.empty();
    Map<String, Integer> seen = new TreeMap<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      Outcome outcome = run(runner, seed);
      outcome.seen().forEach(name -> seen.merge(name, 1, Integer::sum));
      Optional<Caught> caught = caught(outcome, lesson, seed);
      if (caught.isPresent() && caught.get().sign() == Sign.BROKEN) {
        return caught;
      }
      thrown = thrown.or(() -> caught);
    }
    return thrown.isPresent() || runner.properties().stream().allMatch(p -> isSeen(p, seen))
        ? thrown
        : Optional.of(new Caught(lesson, SEEDS, Sign.UNSEEN));
  }

  /** As LessonsTest has it. */
  private static boolean isSeen(Property<?> property, Map<String, Integer> seen) {
    int wanted = Math.max(1, property.percent() * SEEDS / 100);
    return property.when() != Property.When.SOMETIMES
        || seen.getOrDefault(property.name(), 0) >= wanted;
  }

  boolean confirms(ClassLoader loader, Caught known) {
    Runner<?> runner = runner(loader, known.lesson());
    Optional<Caught> again =
        known.sign() == Sign.UNSEEN
            ? hunt(runner, known.lesson())
            : caught(run(runner, known.seed()), known.lesson(), known.seed());
    return again.equals(Optional.of(known));
  }

  private static Outcome run(Runner<?> runner, long seed) {
    Fuel.refill();
    return runner.run(seed, Chooser.seeded(seed));
  }

  private static Optional<Caught> caught(Outcome outcome, String lesson, long seed) {
    Sign sign = outcome.end() == Simulation.End.FAILED ? Sign.THROWS : Sign.BROKEN;
    return outcome.violation().map(v -> new Caught(lesson, seed, sign));
  }

  private Runner<?> runner(ClassLoader loader, String lesson) {
    try {
      Object found =
          loader
              .loadClass("io.flotilla.lab.lesson.Lessons")
              .getMethod("find", String.class)
              .invoke(null, lesson);
      Object known = ((Optional<?>) found).orElseThrow();
      Runner<?> runner =
          (Runner<?>)
              known.getClass().getMethod("runner", Simulation.class).invoke(known, simulation);
      return runner.thatRests();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    simulation.close();
    compiler.close();
  }
}

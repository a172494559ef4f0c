package io.flotilla.lab.lesson;

import io.flotilla.lab.check.Property;
import io.flotilla.lab.check.Property.When;
import io.flotilla.lab.check.Runner;
import io.flotilla.lab.check.Violation;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Simulation.End;
import io.flotilla.lab.sim.TraceHash;
import io.flotilla.lab.view.Recording;
import io.flotilla.lab.view.Recording.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a run and records it with the verdict on every property. */
public final class Presenter {
  private Presenter() {}

  /**
   * The run as the chooser takes it, and its hash.
   *
   * @throws IllegalStateException if the same choices don't lead to the same run again
   */
  public static Recording record(
      Runner<?> runner,
      Assumptions assumptions,
      long seed,
      Chooser chooser,
      String title,
      String subtitle) {
    List<SimEvent> events = new ArrayList<>();
    TraceHash hash = new TraceHash();
    Runner.Outcome outcome = runner.run(seed, chooser, events::add, true);
    events.forEach(hash);
    TraceHash again = new TraceHash();
    runner.run(seed, Chooser.exactly(outcome.choices(), o -> Optional.empty()), again, false);
    if (!again.value().equals(hash.value())) {
      throw new IllegalStateException(
          "The same choices led to two different runs: a behavior uses its own randomness or time.");
    }
    List<Verdict> verdicts = new ArrayList<>();
    for (Property<?> property : runner.properties()) {
      verdicts.add(verdict(property, outcome, assumptions));
    }
    outcome.violations().stream()
        .filter(v -> runner.properties().stream().noneMatch(p -> p.name().equals(v.property())))
        .forEach(v -> verdicts.add(broken(v, "always", outcome, assumptions)));
    return new Recording(
        title,
        subtitle + ", trace hash " + hash.value(),
        runner.scenario().nodes(),
        events,
        outcome.choices(),
        verdicts);
  }

  private static Verdict broken(
      Violation broken, String kind, Runner.Outcome outcome, Assumptions assumptions) {
    Optional<String> outside = assumptions.broken(outcome.choices().subList(0, broken.step()));
    return outside.isPresent()
        ? new Verdict(broken.property(), kind, "outside", outside.get(), -1)
        : new Verdict(broken.property(), kind, "BROKEN", broken.what(), broken.step());
  }

  private static Verdict verdict(
      Property<?> property, Runner.Outcome outcome, Assumptions assumptions) {
    String name = property.name();
    Optional<Violation> broken =
        outcome.violations().stream().filter(v -> v.property().equals(name)).findFirst();
    String kind =
        switch (property.when()) {
          case ALWAYS -> "always";
          case AT_END -> "at end";
          case SOMETIMES -> "sometimes";
        };
    if (broken.isPresent()) {
      return broken(broken.get(), kind, outcome, assumptions);
    }
    if (property.when() == When.SOMETIMES) {
      return new Verdict(name, kind, outcome.seen().contains(name) ? "seen" : "not seen", "", -1);
    }
    boolean judged = property.when() == When.ALWAYS || outcome.end() == End.QUIET;
    return new Verdict(name, kind, judged ? "holds" : "not judged", "", -1);
  }
}

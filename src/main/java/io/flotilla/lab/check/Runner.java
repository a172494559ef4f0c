package io.flotilla.lab.check;

import io.flotilla.lab.sim.Choice;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Fingerprint;
import io.flotilla.lab.sim.Options;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Simulation;
import io.flotilla.lab.sim.Simulation.End;
import io.flotilla.lab.sim.TraceHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs one scenario and judges the runs by its properties. A run ends when one breaks; or, of a
 * mutant, only when the one breaks in which its mistake does its harm.
 */
public final class Runner<M> {
  private final Simulation simulation;
  private final Scenario<M> scenario;
  private final List<Property<?>> properties;
  private final Optional<String> harm;
  private final boolean rests;

  /**
   * The outcome of a run.
   *
   * @param choices every choice taken; with the seed, enough to repeat the run
   * @param violations the first break of each property that broke
   * @param violation the break that ended the run
   * @param seen the "sometimes" properties that it showed
   * @param options what could have come next
   * @param state tells states apart, including those of the properties
   */
  public record Outcome(
      End end,
      List<Choice> choices,
      List<Violation> violations,
      Optional<Violation> violation,
      List<String> seen,
      Options options,
      Fingerprint.Value state) {
    public int steps() {
      return choices.size();
    }
  }

  public Runner(Simulation simulation, Scenario<M> scenario, List<Property<?>> properties) {
    this(simulation, scenario, properties, Optional.empty(), false);
  }

  /**
   * @param harm the property that ends a run when it breaks; empty for any
   */
  public Runner(
      Simulation simulation,
      Scenario<M> scenario,
      List<Property<?>> properties,
      Optional<String> harm) {
    this(simulation, scenario, properties, harm, false);
  }

  private Runner(
      Simulation simulation,
      Scenario<M> scenario,
      List<Property<?>> properties,
      Optional<String> harm,
      boolean rests) {
    this.simulation = simulation;
    this.scenario = scenario;
    this.properties = List.copyOf(properties);
    this.harm = harm;
    this.rests = rests;
  }

  /** The same with another scenario. */
  public Runner<M> with(Scenario<M> other) {
    return new Runner<>(simulation, other, properties, harm, rests);
  }

  /**
   * The same, but a run also breaks if it reaches the scenario's limit of steps or timers; for runs
   * whose faults are mended in the end.
   */
  public Runner<M> thatRests() {
    return new Runner<>(simulation, scenario, properties, harm, true);
  }

  public Scenario<M> scenario() {
    return scenario;
  }

  public List<Property<?>> properties() {
    return properties;
  }

  public Outcome run(long seed, Chooser chooser) {
    return run(seed, chooser, e -> {}, false);
  }

  /** A run with an observer; {@code states} asks for every node's state after each step. */
  public Outcome run(long seed, Chooser chooser, Consumer<SimEvent> watcher, boolean states) {
    Monitor monitor = new Monitor(properties);
    List<Choice> taken = new ArrayList<>();
    Chooser recording =
        options -> {
          Optional<Choice> choice = chooser.next(options);
          choice.ifPresent(taken::add);
          return choice;
        };
    Simulation.Request request =
        Simulation.Request.of(
                seed,
                recording,
                e -> {
                  monitor.accept(e);
                  watcher.accept(e);
                })
            .until(() -> monitor.broken(harm));
    Simulation.Ended ended = simulation.run(scenario, states ? request.withStates() : request);
    if (ended.end() == End.QUIET) {
      monitor.ended(ended.steps());
    } else if (ended.end() == End.LIMIT && rests) {
      monitor.goesOn(ended.steps());
    }
    monitor.fingerprint(ended.state());
    return new Outcome(
        ended.end(),
        List.copyOf(taken),
        monitor.violations(),
        monitor.violations().stream().filter(this::ends).findFirst(),
        monitor.seen(),
        ended.options(),
        ended.state().value());
  }

  private boolean ends(Violation violation) {
    return harm.isEmpty() || harm.get().equals(violation.property());
  }

  /** The hash of a run by a seed. */
  public Fingerprint.Value hash(long seed) {
    TraceHash hash = new TraceHash();
    run(seed, Chooser.seeded(seed), hash, false);
    return hash.value();
  }
}

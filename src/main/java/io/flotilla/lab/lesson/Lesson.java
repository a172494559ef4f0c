package io.flotilla.lab.lesson;

import akka.actor.typed.Behavior;
import io.flotilla.lab.Host;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.check.Runner;
import io.flotilla.lab.sim.Choice;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One algorithm to study.
 *
 * @param name the one used on the command line
 * @param title what it is, in a few words
 * @param source the publication it comes from
 * @param assumptions what the algorithm takes for granted
 * @param scenario what runs by default
 * @param stage where a mutant's mistake shows in few steps
 * @param small a world small enough to explore all or much of it
 * @param properties what must hold, and what must be seen
 * @param mutants versions of the algorithm with one wrong rule each
 */
public record Lesson<M>(
    String name,
    String title,
    String source,
    Assumptions assumptions,
    Scenario<M> scenario,
    Scenario<M> stage,
    Scenario<M> small,
    List<Property<?>> properties,
    List<Mutant<M>> mutants) {

  /**
   * The algorithm with one wrong rule.
   *
   * @param what the mistake, in a few words
   * @param breaks the name of the property that it breaks, and at which its runs end
   * @param faults the faults that show it
   * @param opening the choices that a run begins with; empty for most
   */
  public record Mutant<M>(
      String name,
      String what,
      Function<Host<M>, Behavior<M>> behavior,
      String breaks,
      Faults faults,
      List<Choice> opening) {

    /** Random choices by a seed, after the opening. */
    public Chooser chooser(long seed) {
      return Chooser.wherePossible(opening, Chooser.seeded(seed));
    }
  }

  /** The lesson, as yet without mutants. */
  public static <M> Lesson<M> of(
      String name, String title, String source, Scenario<M> scenario, Property<?>... properties) {
    return new Lesson<>(
        name,
        title,
        source,
        Assumptions.tolerating("crash"),
        scenario,
        scenario,
        scenario,
        List.of(properties),
        List.of());
  }

  /** Declares all faults that the algorithm is made for, as in {@code drop,dup,reorder}. */
  public Lesson<M> tolerating(String faults) {
    Assumptions other = Assumptions.tolerating(faults);
    return new Lesson<>(name, title, source, other, scenario, stage, small, properties, mutants);
  }

  /** Sets the scenario of the mutants that are added after it. */
  public Lesson<M> showing(Scenario<M> other) {
    return new Lesson<>(
        name, title, source, assumptions, scenario, other, small, properties, mutants);
  }

  public Lesson<M> exploring(Scenario<M> other) {
    return new Lesson<>(
        name, title, source, assumptions, scenario, stage, other, properties, mutants);
  }

  /** Adds a mutant that shows under the lesson's own faults. */
  public Lesson<M> mutant(
      String id, String what, Function<Host<M>, Behavior<M>> behavior, String breaks) {
    return mutant(id, what, behavior, breaks, stage.faults());
  }

  public Lesson<M> mutant(
      String id, String what, Function<Host<M>, Behavior<M>> behavior, String breaks, Faults f) {
    if (properties.stream().noneMatch(p -> p.name().equals(breaks))) {
      throw new IllegalArgumentException(name + " has no property '" + breaks + "'");
    }
    List<Mutant<M>> more = new ArrayList<>(mutants);
    more.add(new Mutant<>(id, what, behavior, breaks, f, List.of()));
    return withMutants(more);
  }

  /** Makes the last mutant's runs begin with these choices. */
  public Lesson<M> opening(String choices) {
    List<Mutant<M>> all = new ArrayList<>(mutants);
    Mutant<M> last = all.remove(all.size() - 1);
    all.add(
        new Mutant<>(
            last.name(),
            last.what(),
            last.behavior(),
            last.breaks(),
            last.faults(),
            Choice.parseList(choices)));
    return withMutants(all);
  }

  private Lesson<M> withMutants(List<Mutant<M>> all) {
    return new Lesson<>(
        name, title, source, assumptions, scenario, stage, small, properties, List.copyOf(all));
  }

  public Optional<Mutant<M>> mutant(String id) {
    return mutants.stream().filter(m -> m.name().equals(id)).findFirst();
  }

  public Runner<M> runner(Simulation simulation) {
    return new Runner<>(simulation, scenario, properties);
  }

  public Runner<M> runner(Simulation simulation, Mutant<M> mutant) {
    return new Runner<>(
        simulation,
        stage.with(mutant.behavior()).with(mutant.faults()),
        properties,
        Optional.of(mutant.breaks()));
  }

  /** The small world with the correct algorithm or a mutant of it. */
  public Runner<M> explorer(Simulation simulation, Optional<Mutant<M>> mutant) {
    Scenario<M> world = mutant.map(m -> small.with(m.behavior()).with(m.faults())).orElse(small);
    return new Runner<>(simulation, world, properties, mutant.map(Mutant::breaks));
  }
}

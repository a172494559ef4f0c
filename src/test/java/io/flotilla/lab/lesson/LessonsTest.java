package io.flotilla.lab.lesson;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.lab.check.Property;
import io.flotilla.lab.check.Property.When;
import io.flotilla.lab.check.Runner;
import io.flotilla.lab.check.Search;
import io.flotilla.lab.check.Shrinker;
import io.flotilla.lab.sim.Choice;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Simulation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LessonsTest {
  private static final int SEEDS = 300;
  private static final int SHORT = 30;

  /** Where every message goes from all to all, and twice. */
  private static final int SHORT_FOR_PBFT = 50;

  private static Simulation simulation;

  @BeforeAll
  static void start() {
    simulation = new Simulation();
  }

  @AfterAll
  static void stop() {
    simulation.close();
  }

  static Stream<Lesson<?>> lessons() {
    return Lessons.lessons().stream();
  }

  static Stream<Arguments> mutants() {
    return lessons().flatMap(l -> l.mutants().stream().map(m -> Arguments.of(l.name(), m.name())));
  }

  @ParameterizedTest
  @MethodSource("lessons")
  void the_right_algorithm_holds_and_every_case_is_seen(Lesson<?> lesson) {
    Search.Found found =
        Search.seeds(lesson.runner(simulation).thatRests(), 1, SEEDS, Chooser::seeded);
    assertThat(found.failing()).isEmpty();
    List<String> wanted =
        lesson.properties().stream()
            .filter(p -> p.when() == When.SOMETIMES)
            .map(Property::name)
            .sorted()
            .toList();
    assertThat(wanted).isNotEmpty();
    assertThat(found.seen().keySet()).containsExactlyElementsOf(wanted);
    // What makes the lesson hard, or worth running, is no rare case.
    for (Property<?> property : lesson.properties()) {
      assertThat(found.seen().getOrDefault(property.name(), 0))
          .as(property.name())
          .isGreaterThanOrEqualTo(property.percent() * SEEDS / 100);
    }
  }

  /** An assumption that isn't declared would show here: every fault that is tolerated, alone. */
  @ParameterizedTest
  @MethodSource("lessons")
  void the_right_algorithm_tolerates_what_it_says(Lesson<?> lesson) {
    tolerates(lesson);
  }

  private static <M> void tolerates(Lesson<M> lesson) {
    for (Choice.Kind kind : lesson.assumptions().tolerates()) {
      Faults faults = Faults.NONE.with(kind, 3);
      faults = lesson.assumptions().reorder() ? faults.withReorder() : faults;
      Runner<M> runner = lesson.runner(simulation).thatRests().with(lesson.scenario().with(faults));
      assertThat(Search.seeds(runner, 1, 60, Chooser::seeded).failing()).as("%s", kind).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void each_mutant_is_caught_and_its_run_made_short(String lesson, String mutant) {
    caught(Lessons.find(lesson).orElseThrow(), mutant);
  }

  private static <M> void caught(Lesson<M> lesson, String name) {
    Lesson.Mutant<M> mutant = lesson.mutant(name).orElseThrow();
    Runner<M> runner = lesson.runner(simulation, mutant);
    Search.Failing failing =
        Search.seeds(runner, 1, SEEDS, mutant::chooser).failing().orElseThrow();
    Runner.Outcome shortest = Shrinker.shrink(runner, failing.seed(), failing.outcome());
    assertThat(shortest.violation().orElseThrow().property()).isEqualTo(mutant.breaks());
    assertThat(shortest.steps())
        .isLessThanOrEqualTo(lesson.name().equals("pbft") ? SHORT_FOR_PBFT : SHORT);
    // The shortened run is complete: replayed as it is, it breaks the same property.
    Runner.Outcome again =
        runner.run(failing.seed(), Chooser.exactly(shortest.choices(), Chooser.natural()));
    assertThat(again.violation()).isEqualTo(shortest.violation());
    // And the same choices do no harm to the right algorithm.
    Runner<M> right =
        new Runner<>(
            simulation, runner.scenario().with(lesson.scenario().behavior()), lesson.properties());
    assertThat(
            right
                .run(failing.seed(), Chooser.wherePossible(shortest.choices(), Chooser.natural()))
                .violation())
        .isEmpty();
  }

  @Test
  void there_are_eleven_algorithms_with_two_mutants_each() {
    assertThat(Lessons.lessons().stream().map(Lesson::name))
        .contains(
            "lamport",
            "vector",
            "restaurant",
            "bully",
            "ring",
            "ricart-agrawala",
            "central-lock",
            "paxos",
            "raft",
            "gossip",
            "replication-sync",
            "replication-async",
            "replication-hybrid");
    assertThat(Lessons.lessons())
        .filteredOn(l -> !List.of("bully-partition", "generals-three").contains(l.name()))
        .allSatisfy(l -> assertThat(l.mutants()).hasSizeGreaterThanOrEqualTo(2));
  }
}

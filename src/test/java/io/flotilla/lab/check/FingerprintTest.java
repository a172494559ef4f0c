package io.flotilla.lab.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.lab.lesson.Lesson;
import io.flotilla.lab.lesson.Lessons;
import io.flotilla.lab.sim.Choice;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Fingerprint;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Simulation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two runs with the same fingerprint are in the same state: every node reports the same about
 * itself, the same choices are open, and each of them leads to the same state again.
 */
class FingerprintTest {

  private record Seen(String states, String options) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vector",
        "restaurant",
        "ricart-agrawala",
        "bully",
        "central-lock",
        "paxos",
        "raft"
      })
  void runs_with_the_same_fingerprint_are_in_the_same_state(String name) {
    try (Simulation simulation = new Simulation()) {
      check(simulation, Lessons.find(name).orElseThrow());
    }
  }

  private static <M> void check(Simulation simulation, Lesson<M> lesson) {
    Scenario<M> scenario = lesson.scenario();
    Runner<M> runner = new Runner<>(simulation, scenario, lesson.properties());
    Map<Fingerprint.Value, Seen> states = new HashMap<>();
    Map<String, Fingerprint.Value> steps = new HashMap<>();
    int met = 0;
    for (long seed = 0; seed < 1_500; seed++) {
      // Short runs meet each other often.
      int length = 3 + new Random(seed).nextInt(6);
      Chooser seeded = Chooser.seeded(seed);
      int[] taken = {0};
      SortedMap<String, String> latest = new TreeMap<>();
      Runner.Outcome outcome =
          runner.run(
              1,
              options -> taken[0]++ < length ? seeded.next(options) : Optional.<Choice>empty(),
              e -> {
                if (e.kind() == SimEvent.Kind.STATE) {
                  latest.put(e.node(), e.text());
                }
              },
              true);
      TreeSet<String> open = new TreeSet<>();
      outcome.options().normal().forEach(c -> open.add(c.toString()));
      outcome.options().faults().forEach(c -> open.add(c.toString()));
      Seen now = new Seen(latest.toString(), open.toString());
      Seen before = states.putIfAbsent(outcome.state(), now);
      if (before != null) {
        met++;
        assertThat(now).isEqualTo(before);
      }
      if (!open.isEmpty()) {
        Choice next = Choice.parse(open.first());
        List<Choice> longer = new ArrayList<>(outcome.choices());
        longer.add(next);
        Fingerprint.Value after =
            runner.run(1, Chooser.exactly(longer, o -> Optional.empty())).state();
        Fingerprint.Value same = steps.putIfAbsent(outcome.state() + " " + next, after);
        assertThat(same == null || same.equals(after)).isTrue();
      }
    }
    assertThat(met).isGreaterThan(30);
  }
}

package io.flotilla.lab.lesson;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.lab.Detector;
import io.flotilla.lab.Detector.Rule;
import io.flotilla.lab.Detector.Suspects;
import io.flotilla.lab.DetectorRules;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Accuracy against speed: what each rule pays for being quick, as the lesson's page shows it. */
class DetectorCurveTest {
  private static final int RUNS = 200;

  /**
   * @param mistakes how often somebody was suspected who was up
   * @param millis from each crash to each suspicion of it
   */
  private record Paid(int mistakes, List<Long> millis) {
    long mean() {
      return Math.round(millis.stream().mapToLong(m -> m).average().orElseThrow());
    }
  }

  private static Map<String, Rule> rules() {
    Map<String, Rule> rules = new LinkedHashMap<>();
    rules.put("80 ms", DetectorRules.fixed(80));
    rules.put("120 ms", DetectorRules.fixed(120));
    rules.put("160 ms", DetectorRules.fixed(160));
    rules.put("240 ms", DetectorRules.fixed(240));
    rules.put("80 ms, +40", DetectorRules.growing());
    rules.put("phi 1", DetectorRules.phi(1));
    rules.put("phi 3", DetectorRules.phi(3));
    rules.put("phi 8", DetectorRules.phi(8));
    return rules;
  }

  /** Delays of up to 60 ms, heartbeats every 50, and one crash at some time. */
  private static Paid paid(Simulation simulation, Rule rule) {
    Scenario<Detector.Msg> scenario =
        DetectorLessons.watching(rule).with(Faults.parse("drop=4,crash=1")).until(1_000, 500);
    int[] mistakes = {0};
    List<Long> millis = new ArrayList<>();
    for (long seed = 1; seed <= RUNS; seed++) {
      Map<String, Long> crashed = new TreeMap<>();
      simulation.run(
          scenario,
          Simulation.Request.of(
              seed,
              Chooser.seeded(seed),
              e -> {
                if (e.kind() == SimEvent.Kind.CRASH) {
                  crashed.put(e.node(), e.time());
                } else if (e.kind() == SimEvent.Kind.RECOVER) {
                  crashed.remove(e.node());
                } else if (e.payload() instanceof Suspects s && crashed.containsKey(s.node())) {
                  millis.add(e.time() - crashed.get(s.node()));
                } else if (e.payload() instanceof Suspects) {
                  mistakes[0]++;
                }
              }));
    }
    return new Paid(mistakes[0], millis);
  }

  @Test
  void who_waits_longer_is_wrong_less_often_and_later_right() throws IOException {
    Map<String, Paid> all = new LinkedHashMap<>();
    try (Simulation simulation = new Simulation()) {
      rules().forEach((name, rule) -> all.put(name, paid(simulation, rule)));
    }
    List<String> rows =
        all.entrySet().stream()
            .map(
                r ->
                    "| "
                        + r.getKey()
                        + " | "
                        + r.getValue().mistakes()
                        + " | "
                        + r.getValue().mean()
                        + " ms |")
            .toList();
    for (String page : List.of("en", "es")) {
      assertThat(Files.readAllLines(Path.of("docs/lab/failure-detector." + page + ".md")))
          .containsSubsequence(rows);
    }
    for (List<String> rising :
        List.of(
            List.of("80 ms", "120 ms", "160 ms", "240 ms"), List.of("phi 1", "phi 3", "phi 8"))) {
      assertThat(rising.stream().map(r -> -all.get(r).mistakes()).toList()).isSorted();
      assertThat(rising.stream().map(r -> all.get(r).mean()).toList()).isSorted();
    }
  }
}

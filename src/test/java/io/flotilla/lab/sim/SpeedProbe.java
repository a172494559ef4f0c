package io.flotilla.lab.sim;

import java.util.List;
import java.util.Locale;

/**
 * Measures how many messages per second the simulation delivers on one core, the trace hash
 * included. Run it with {@code java -cp target/test-classes:target/flotilla.jar
 * io.flotilla.lab.sim.SpeedProbe}.
 */
public final class SpeedProbe {
  private SpeedProbe() {}

  public static void main(String[] args) {
    try (Simulation simulation = new Simulation()) {
      Scenario<PingPong.Ball> two = PingPong.scenario().steps(200_000);
      for (String kind : List.of("natural", "seeded")) {
        for (int round = 1; round <= 6; round++) {
          TraceHash hash = new TraceHash();
          long[] events = {0};
          Chooser chooser = kind.equals("natural") ? Chooser.natural() : Chooser.seeded(round);
          long start = System.nanoTime();
          Simulation.Ended ended =
              simulation.run(
                  two,
                  Simulation.Request.of(
                      1,
                      chooser,
                      e -> {
                        events[0]++;
                        hash.accept(e);
                      }));
          double seconds = (System.nanoTime() - start) / 1e9;
          System.out.printf(
              Locale.ROOT,
              "%s round %d: %,.0f deliveries/s, %,.0f events/s, hash %s%n",
              kind,
              round,
              ended.steps() / seconds,
              events[0] / seconds,
              hash.value());
        }
      }
    }
  }
}

package io.flotilla.lab.lesson;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.lab.Gossip;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Simulation;
import io.flotilla.lab.sim.Timing;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GossipRoundsTest {

  @ParameterizedTest
  @ValueSource(ints = {8, 24, 64})
  void a_rumor_reaches_n_nodes_in_the_order_of_log_n_rounds(int n) {
    List<String> nodes = IntStream.rangeClosed(1, n).mapToObj(i -> "N" + i).toList();
    long round = Gossip.ROUND.toMillis();
    Scenario<Gossip.Msg> scenario =
        Scenario.of(nodes, Gossip::create)
            .with(Timing.bounded(1, 10))
            .steps(100_000)
            .ask("N1", new Gossip.Start("news"));
    try (Simulation simulation = new Simulation()) {
      for (long seed = 1; seed <= 3; seed++) {
        long[] last = {0};
        int[] reached = {0};
        simulation.run(
            scenario,
            Simulation.Request.of(
                    seed,
                    Chooser.natural(),
                    e -> {
                      if (e.kind() == SimEvent.Kind.REPORT) {
                        last[0] = e.time();
                        reached[0]++;
                      }
                    })
                .until(() -> reached[0] == n));
        assertThat(reached[0]).isEqualTo(n);
        double rounds = (double) last[0] / round;
        assertThat(rounds).isLessThanOrEqualTo(2 * Math.log(n) / Math.log(2));
      }
    }
  }
}

package io.flotilla.lab.lesson;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.lab.check.Explorer;
import io.flotilla.lab.sim.Simulation;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How many states each small world has. A number that changes means that a protocol, a fault or the
 * fingerprint has changed: look why before writing the new one.
 */
class StateCountsTest {
  private static Simulation simulation;

  @BeforeAll
  static void start() {
    simulation = new Simulation();
  }

  @AfterAll
  static void stop() {
    simulation.close();
  }

  @ParameterizedTest
  @CsvSource({
    "lamport, 33, 6",
    "vector, 52, 7",
    "restaurant, 791, 14",
    "raft, 4435, 10",
    "replication-sync, 6443, 12",
    "ricart-agrawala, 485, 12",
    "central-lock, 2253, 21",
    "replication-async, 1552, 12",
    "replication-hybrid, 1552, 12",
    "json-rpc, 171, 9",
    "message-queue, 1781, 15",
    "master-worker, 1717, 11",
    "map-reduce, 30, 7"
  })
  void a_world_is_seen_whole(String lesson, int states, int depth) {
    Explorer.Explored explored = explore(lesson, 100);
    assertThat(explored.violation()).isEmpty();
    assertThat(explored.complete()).isTrue();
    assertThat(explored.states()).isEqualTo(states);
    assertThat(explored.depth()).isEqualTo(depth);
  }

  @ParameterizedTest
  @CsvSource({
    "bully, 5, 244",
    "bully-partition, 5, 815",
    "ring, 7, 472",
    "paxos, 6, 239",
    "gossip, 7, 157"
  })
  void a_larger_world_is_seen_to_a_depth(String lesson, int depth, int states) {
    Explorer.Explored explored = explore(lesson, depth);
    assertThat(explored.violation()).isEmpty();
    assertThat(explored.complete()).isFalse();
    assertThat(explored.states()).isEqualTo(states);
  }

  private static Explorer.Explored explore(String lesson, int depth) {
    return Explorer.explore(
        Lessons.find(lesson).orElseThrow().explorer(simulation, Optional.empty()),
        1,
        100_000,
        depth,
        p -> {});
  }
}

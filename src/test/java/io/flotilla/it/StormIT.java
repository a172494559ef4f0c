package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients go on while nodes are stopped, killed and cut off at random, alone and two at a time, on
 * a busy machine: {@code mvn verify -Dit.test=StormIT -Dtest.jvm="-Dstorm.minutes=5"}; also {@code
 * -Dstorm.seed=N} for other faults, and {@code -Dstorm.busy=N} for so many busy loops. Cuts need
 * {@link Net}; without, there are only the others.
 *
 * <p>Afterwards everything is whole soon, nothing that was acknowledged is lost, and what the
 * clients were told is what one store could have told them.
 */
@EnabledIfSystemProperty(
    named = "storm.minutes",
    matches = "[\\d.]+",
    disabledReason = "-Dstorm.minutes=5 runs it")
class StormIT {
  private static final long SEED = Long.getLong("storm.seed", 1);
  private static final int BUSY = Integer.getInteger("storm.busy", 4);

  /** From the end of the last fault. */
  private static final Duration WHOLE = Duration.ofSeconds(15);

  private static final Map<String, String> AS_IN_OPERATION =
      Map.of(
          "FLOTILLA_REQUEST_TIMEOUT", "10s",
          "FLOTILLA_JOURNAL_DEADLINE", "8s",
          "FLOTILLA_JOURNAL_READ_DEADLINE", "8s");

  /** Stays if the test fails, with the nodes' logs. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path data;

  private final Random random = new Random(SEED);
  private final List<String> faults = new ArrayList<>();

  @Test
  void after_a_storm_one_cluster_has_everything_and_no_client_was_told_wrong() throws Exception {
    Net net = Net.missing().isEmpty() ? Net.of(3) : null;
    try (net;
        RealCluster cluster =
            net == null
                ? RealCluster.start(data, 3, AS_IN_OPERATION)
                : RealCluster.start(data, net, AS_IN_OPERATION);
        KvLoad load = KvLoad.start(cluster, 3, SEED)) {
      try (BusyLoops busy = new BusyLoops(BUSY)) {
        double minutes = Double.parseDouble(System.getProperty("storm.minutes"));
        long end = System.nanoTime() + (long) (Duration.ofMinutes(1).toNanos() * minutes);
        while (System.nanoTime() < end) {
          strike(cluster, net);
          TimeUnit.MILLISECONDS.sleep(random.nextInt(6_000));
        }
      }
      report(load.history());
      try {
        System.out.println("whole after " + Views.awaitWhole(cluster, WHOLE));
        cluster.awaitInSync();
        load.end();
        IntStream.range(0, 3).forEach(load::readAll);
        Views.assertWhole(cluster);
      } finally {
        assertExplained(load.history()); // whatever else is wrong, this is worse
      }
    } finally {
      faults.forEach(System.out::println);
    }
  }

  private void report(KvHistory history) {
    System.out.printf(
        "storm: seed %d, %d busy loops, %d faults, %s, %s%n",
        SEED,
        BUSY,
        faults.size(),
        Net.missing().map(why -> "no cuts, as " + why).orElse("with cuts"),
        history.counts());
  }

  private static void assertExplained(KvHistory history) {
    var wrong = history.unexplained();
    assertThat(wrong)
        .as(
            () ->
                wrong.entrySet().stream()
                    .map(e -> history.around(e.getKey(), e.getValue()))
                    .collect(Collectors.joining("\n")))
        .isEmpty();
  }

  /** One fault, or two at a time; when it returns they are over. */
  private void strike(RealCluster cluster, Net net) throws InterruptedException {
    int node = random.nextInt(3);
    Runnable end = begin(cluster, net, node);
    Runnable alsoEnd = () -> {};
    if (random.nextInt(4) == 0) {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(1_000));
      alsoEnd = begin(cluster, net, (node + 1 + random.nextInt(2)) % 3);
    }
    TimeUnit.MILLISECONDS.sleep(1_000 + random.nextInt(7_000));
    end.run();
    alsoEnd.run();
  }

  /** Returns what ends it. */
  private Runnable begin(RealCluster cluster, Net net, int node) {
    int other = (node + 1 + random.nextInt(2)) % 3;
    int kind = random.nextInt(net == null ? 2 : 5);
    String what =
        List.of("stopped", "killed", "cut from n%d", "doesn't reach n%d", "cut from all").get(kind);
    faults.add("n%d ".formatted(node + 1) + what.formatted(other + 1));
    switch (kind) {
      case 0 -> cluster.pause(node);
      case 1 -> cluster.kill(node);
      case 2 -> net.cut(node, other);
      case 3 -> net.cutOneWay(node, other);
      default -> net.isolate(node);
    }
    return switch (kind) {
      case 0 -> () -> cluster.resume(node);
      case 1 -> () -> cluster.start(node);
      default -> net::heal;
    };
  }
}

package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** First starts when nothing goes smoothly. However long it takes, the nodes end as one cluster. */
class StartsIT {
  /** Once the machine is calm, or the fault is over. */
  private static final Duration FORMED = Duration.ofSeconds(60);

  private static final Duration STAYS = Duration.ofMinutes(2);
  private static final double CALM = 4;

  /** The load is an average of so long: before, it knows little of what was started just now. */
  private static final Duration AVERAGED = Duration.ofMinutes(1);

  private static final Map<String, String> SMALL =
      Map.of(
          "FLOTILLA_HEAP", "256m",
          "FLOTILLA_REQUEST_TIMEOUT", "10s",
          "FLOTILLA_JOURNAL_DEADLINE", "8s",
          "FLOTILLA_JOURNAL_READ_DEADLINE", "8s");

  /** Stays if the test fails, with the nodes' logs. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path data;

  /**
   * {@code mvn verify -Dit.test=StartsIT -Dtest.jvm="-Dstarts.clusters=6 -Dstarts.rounds=5"}; each
   * round takes some five minutes, each cluster 1.5 GiB.
   */
  @Test
  @EnabledIfSystemProperty(
      named = "starts.clusters",
      matches = "\\d+",
      disabledReason = "-Dstarts.clusters=6 runs it")
  void of_clusters_that_start_at_once_each_becomes_one_and_stays_so() throws Exception {
    for (int round = 1; round <= Integer.getInteger("starts.rounds", 1); round++) {
      List<RealCluster> clusters = new ArrayList<>();
      try {
        for (int i = 0; i < Integer.getInteger("starts.clusters"); i++) {
          clusters.add(RealCluster.begin(data.resolve(round + "-" + i), 3, SMALL));
        }
        awaitCalm();
        long formedAt = System.nanoTime() + FORMED.toNanos();
        assertEachIsOne(clusters, formedAt);
        TimeUnit.SECONDS.sleep(STAYS.toSeconds());
        assertEachIsOne(clusters, System.nanoTime());
      } finally {
        clusters.forEach(RealCluster::close);
      }
    }
  }

  private static void awaitCalm() throws InterruptedException {
    TimeUnit.SECONDS.sleep(AVERAGED.toSeconds());
    Awaitility.await("the load falls")
        .atMost(Duration.ofMinutes(15))
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
            load -> load < CALM);
  }

  /** All are looked at before it fails. */
  private static void assertEachIsOne(List<RealCluster> clusters, long deadline) {
    List<String> split = new ArrayList<>();
    for (int i = 0; i < clusters.size(); i++) {
      long left = Math.max(Duration.ofSeconds(10).toNanos(), deadline - System.nanoTime());
      try {
        Views.awaitWhole(clusters.get(i), Duration.ofNanos(left));
      } catch (ConditionTimeoutException e) {
        split.add("cluster " + (i + 1) + ": " + e.getMessage());
      }
    }
    assertThat(split).as("%d of %d are not one", split.size(), clusters.size()).isEmpty();
  }

  /**
   * {@code mvn verify -Dit.test=StartsIT -Dtest.jvm=-Dstarts.founder=20}; each start takes some
   * half a minute. In turn: a node is stopped, or cut off where the machine allows it, on fresh
   * disks, or when all nodes were killed and start again.
   */
  @Test
  @EnabledIfSystemProperty(
      named = "starts.founder",
      matches = "\\d+",
      disabledReason = "-Dstarts.founder=20 runs it")
  void a_node_that_vanishes_for_five_seconds_of_the_first_ten_splits_nothing() throws Exception {
    int starts = Integer.getInteger("starts.founder");
    List<String> split = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      boolean cuts = i % 2 == 1 && Net.missing().isEmpty();
      boolean again = i / 2 % 2 == 1;
      Net net = cuts ? Net.of(3) : null;
      Path here = data.resolve("start-" + i);
      String what =
          (cuts ? "cut off" : "stopped") + (again ? " in a restart of all" : " in a first start");
      try (net;
          RealCluster cluster =
              cuts ? RealCluster.begin(here, net, SMALL) : RealCluster.begin(here, 3, SMALL)) {
        if (again) {
          Views.awaitWhole(cluster, RealCluster.PATIENCE);
          IntStream.range(0, 3).forEach(cluster::kill);
          cluster.startAll();
        }
        long moment = 10_000L * i / starts;
        TimeUnit.MILLISECONDS.sleep(moment);
        what = "n%d %s after %d ms: ".formatted(vanish(cluster, net) + 1, what, moment);
        System.out.println(what + "whole after " + Views.awaitWhole(cluster, FORMED));
      } catch (ConditionTimeoutException e) {
        split.add(what + e.getMessage());
      }
    }
    assertThat(split).as("%d of %d starts", split.size(), starts).isEmpty();
  }

  /** Returns which node it was. */
  private static int vanish(RealCluster cluster, Net net) throws InterruptedException {
    int node = firstMember(cluster);
    if (net == null) {
      cluster.pause(node);
      TimeUnit.SECONDS.sleep(5);
      cluster.resume(node);
    } else {
      net.isolate(node);
      TimeUnit.SECONDS.sleep(5);
      net.heal();
    }
    return node;
  }

  /** The first that is up in its own view; n1, which forms the log's group, if none is yet. */
  private static int firstMember(RealCluster cluster) {
    for (int node = 0; node < cluster.size(); node++) {
      if (Views.of(cluster, node).contains("n" + (node + 1) + " Up")) {
        return node;
      }
    }
    return 0;
  }
}

package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three nodes under load while some of them can't hear each other: {@code mvn verify
 * -Dit.test=CutIT -Dtest.jvm=-Dcuts=true}, some ten minutes, on a machine with nothing else to do,
 * as it looks at times.
 *
 * <p>A majority that can hear each other is there all the time, so whatever is cut, writes go on
 * through it after one gap of a few seconds, and none of its nodes starts again.
 */
@EnabledIfSystemProperty(named = "cuts", matches = "true", disabledReason = "-Dcuts=true runs it")
class CutIT {
  /** What a client may have to wait until writes go on. */
  private static final Duration GAP = Duration.ofSeconds(5);

  /** After the heal, until all nodes are whole again. */
  private static final Duration BACK = Duration.ofSeconds(15);

  private static final Duration LENGTH = Duration.ofSeconds(30);

  private static final Map<String, String> AS_IN_OPERATION =
      Map.of(
          "FLOTILLA_REQUEST_TIMEOUT", "10s",
          "FLOTILLA_JOURNAL_DEADLINE", "8s",
          "FLOTILLA_JOURNAL_READ_DEADLINE", "8s");

  /** L leads, A and B follow; "LA" is lost if it is sent by L to A. */
  private enum Cut {
    LEADER_AND_FOLLOWER("LA AL", "LB"),
    FOLLOWERS("AB BA", "L"),
    LEADER_TO_FOLLOWER("LA", "LB"),
    FOLLOWER_TO_LEADER("AL", "LB"),
    FOLLOWER_TO_FOLLOWER("AB", "L"),
    LEADER_FROM_BOTH("LA AL LB BL", "AB"),
    FOLLOWER_FROM_BOTH("LA AL AB BA", "LB");

    private final String lost;
    private final String goOn;

    /**
     * @param goOn through whom writes are acknowledged all the time, but for one gap
     */
    Cut(String lost, String goOn) {
      this.lost = lost;
      this.goOn = goOn;
    }
  }

  /** Stays if the test fails, with the nodes' logs. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path data;

  private Net net;
  private RealCluster cluster;
  private int leader;

  private interface Fault {
    void happen() throws InterruptedException;
  }

  private int node(char part) {
    return (leader + "LAB".indexOf(part)) % 3;
  }

  @ParameterizedTest
  @EnumSource
  void a_majority_that_hears_each_other_goes_on(Cut cut) throws Exception {
    survive(
        cut.name(),
        cut.goOn,
        () -> {
          for (String way : cut.lost.split(" ")) {
            net.cutOneWay(node(way.charAt(0)), node(way.charAt(1)));
          }
          TimeUnit.SECONDS.sleep(LENGTH.toSeconds());
        });
  }

  @Test
  void a_follower_that_is_cut_off_for_a_second_again_and_again_is_not_given_up() throws Exception {
    survive(
        "FLAPPING",
        "LAB",
        () -> {
          for (int i = 0; i < 10; i++) {
            net.isolate(node('A'));
            TimeUnit.SECONDS.sleep(1);
            net.heal();
            TimeUnit.SECONDS.sleep(1);
          }
        });
  }

  @Test
  void after_each_of_four_outages_of_all_links_the_cluster_is_whole() throws Exception {
    survive(
        "OUTAGES",
        "",
        () -> {
          for (int i = 0; i < 4; i++) {
            net.isolate(0);
            net.isolate(1);
            TimeUnit.SECONDS.sleep(10);
            net.heal();
            Views.awaitWhole(cluster, BACK);
          }
        });
  }

  private void survive(String what, String goOn, Fault fault) throws Exception {
    try (Net ownNet = Net.assumed(3);
        RealCluster started = RealCluster.start(data, ownNet, AS_IN_OPERATION);
        KvLoad load = KvLoad.start(started, 3, 1)) {
      net = ownNet;
      cluster = started;
      Views.awaitWhole(cluster, RealCluster.PATIENCE);
      KvHistory history = load.history();
      awaitWrites(history, history.now());
      leader = Views.leader(cluster);
      List<Integer> restarts = restarts();

      long from = history.now();
      fault.happen();
      long to = history.now();
      net.heal();
      Duration back = Views.awaitWhole(cluster, BACK);
      cluster.awaitInSync();
      load.end();
      IntStream.range(0, 3).forEach(load::readAll);

      System.out.printf(
          "%s: n%d led, longest gaps %s, whole after %s, %s%n",
          what, leader + 1, gaps(history, from, to), back, history.counts());
      assertThat(history.unexplained()).isEmpty();
      for (int node : goOn.chars().map(part -> node((char) part)).toArray()) {
        assertThat(gaps(history, from, to).get(node)).as("n%d", node + 1).isLessThan(GAP);
        assertThat(restarts().get(node))
            .as("restarts of n%d", node + 1)
            .isEqualTo(restarts.get(node));
      }
    }
  }

  private static List<Duration> gaps(KvHistory history, long from, long to) {
    return IntStream.range(0, 3)
        .mapToObj(node -> history.longestGap(from, to, n -> n == node))
        .toList();
  }

  /** How often each node was taken for dead. */
  private List<Integer> restarts() {
    return IntStream.range(0, 3)
        .mapToObj(node -> cluster.log(node).split("joining again", -1).length - 1)
        .toList();
  }

  /** Through each node. */
  private static void awaitWrites(KvHistory history, long since) {
    Awaitility.await("writes are acknowledged")
        .atMost(RealCluster.PATIENCE)
        .until(
            () -> {
              long now = history.now();
              Duration all = Duration.ofNanos(now - since);
              return gaps(history, since, now).stream().allMatch(gap -> gap.compareTo(all) < 0);
            });
  }
}

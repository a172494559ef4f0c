package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.FreePorts;
import io.flotilla.client.ClusterApi.Server;
import io.flotilla.client.Entry;
import io.flotilla.client.Flotilla;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members come and go, as real processes, while clients write. No write fails that is sent again,
 * none that was acknowledged is lost.
 */
class GrowIT {
  /** Stays if the test fails, with the nodes' logs. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path data;

  @Test
  void one_becomes_four_loses_its_leader_and_has_a_dead_member_replaced() throws Exception {
    try (RealCluster cluster = RealCluster.alone(data, 5);
        Writer writer = new Writer(cluster)) {
      cluster.start(1);
      cluster.start(2);
      awaitMembers(cluster, 0, 1, 2);
      writer.awaitMore();

      oneThatWaitsIsToldWhomToJoin(cluster, 3);
      int leader = theLeaderIsRemoved(cluster, writer);
      itSaysSoIfItComesBack(cluster, leader);

      int[] rest = IntStream.range(0, 4).filter(n -> n != leader).toArray();
      cluster.kill(rest[0]);
      assertThat(member(cluster, "remove", cluster.name(rest[0]))).startsWith("0 ");
      cluster.rename(4, cluster.name(rest[0])); // a machine of the same name, at another address
      cluster.start(4);
      awaitMembers(cluster, rest[1], rest[2], 4);
      writer.awaitMore();

      whatWouldLeaveNoQuorumIsRefused(cluster, rest[1], 4);
      writer.awaitMore();

      HttpResponse<String> left = cluster.put(4, "/v1/agent/leave", "");
      assertThat(left.statusCode()).as(left.body()).isEqualTo(200);
      assertThat(cluster.exitCode(4)).isZero();
      awaitMembers(cluster, rest[1], rest[2]);
      writer.awaitMore();
      writer.assertNothingIsMissing();
      cluster.awaitInSync(2);
    }
  }

  /** {@code mvn verify -Dit.test=GrowIT -Dtest.jvm=-Dgrow=true}; takes a minute. */
  @Test
  @EnabledIfSystemProperty(named = "grow", matches = "true", disabledReason = "-Dgrow=true runs it")
  void one_becomes_three_becomes_five_becomes_three() throws Exception {
    try (RealCluster cluster = RealCluster.alone(data, 5);
        Writer writer = new Writer(cluster)) {
      cluster.start(1);
      cluster.start(2);
      awaitMembers(cluster, 0, 1, 2);
      writer.awaitMore();
      cluster.start(3);
      cluster.start(4);
      awaitMembers(cluster, 0, 1, 2, 3, 4);
      writer.awaitMore();
      theLeaderIsRemoved(cluster, writer);
      theLeaderIsRemoved(cluster, writer);
      writer.assertNothingIsMissing();
      cluster.awaitInSync(3);
      int[] rest = IntStream.range(0, 5).filter(cluster::isAlive).toArray();
      for (int node : rest) {
        cluster.stop(node);
        cluster.start(node);
        awaitMembers(cluster, rest);
      }
      writer.awaitMore();
      writer.assertNothingIsMissing();
      cluster.awaitInSync(3);
    }
  }

  // ---- what happens to members

  private void oneThatWaitsIsToldWhomToJoin(RealCluster cluster, int node) {
    cluster.join(node, FreePorts.next());
    Awaitility.await("it waits")
        .atMost(RealCluster.PATIENCE)
        .ignoreExceptions()
        .until(() -> cluster.get(node, "/ready").body().contains("was told to join"));
    assertThat(member(cluster, "add", "127.0.0.1:" + cluster.clusterPort(node)))
        .startsWith("0 ")
        .contains(cluster.name(node) + " is a member");
    awaitMembers(cluster, 0, 1, 2, 3);
  }

  private int theLeaderIsRemoved(RealCluster cluster, Writer writer) {
    String name = leader(cluster);
    int leader = Integer.parseInt(name.substring(1)) - 1;
    assertThat(member(cluster, "remove", name)).startsWith("0 ").contains(name);
    assertThat(cluster.exitCode(leader)).isZero();
    assertThat(member(cluster, "remove", name)).as("once more").startsWith("0 ");
    assertThat(cluster.log(leader)).contains(name + " was removed from the cluster");
    int other =
        IntStream.range(0, cluster.size()).filter(cluster::isAlive).findFirst().orElseThrow();
    Awaitility.await("the catalog is without it")
        .atMost(RealCluster.PATIENCE)
        .ignoreExceptions()
        .until(() -> !cluster.get(other, "/v1/catalog/nodes").body().contains("\"" + name + "\""));
    writer.awaitMore();
    return leader;
  }

  private void itSaysSoIfItComesBack(RealCluster cluster, int node) {
    int before = cluster.log(node).length();
    cluster.start(node);
    assertThat(cluster.exitCode(node)).isZero();
    assertThat(cluster.log(node).substring(before))
        .contains(cluster.name(node) + " was removed from the cluster");
  }

  private void whatWouldLeaveNoQuorumIsRefused(RealCluster cluster, int dead, int other) {
    cluster.kill(dead);
    Awaitility.await("its death is known")
        .atMost(RealCluster.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(member(cluster, "remove", cluster.name(other)))
                    .startsWith("1 ")
                    .contains("would leave 1 of 2"));
    assertThat(names(cluster)).contains(cluster.name(other));
    cluster.start(dead);
    cluster.awaitReady(dead);
  }

  // ---- questions

  /** What the command printed, with its exit code in front. */
  private String member(RealCluster cluster, String... arguments) {
    List<String> all = new ArrayList<>(List.of("member"));
    all.addAll(List.of(arguments));
    all.add("--http-addr=" + cluster.addresses());
    try (RealProcess process = RealProcess.flotilla(data, all.toArray(String[]::new))) {
      int code = process.exitCode();
      return code + " " + process.output().strip();
    }
  }

  private static List<Server> servers(RealCluster cluster) {
    try (Flotilla client = cluster.client()) {
      return Flotilla.await(client.cluster().members());
    }
  }

  private static List<String> names(RealCluster cluster) {
    return servers(cluster).stream().map(Server::node).sorted().toList();
  }

  private static String leader(RealCluster cluster) {
    return servers(cluster).stream()
        .filter(Server::leader)
        .map(Server::node)
        .findFirst()
        .orElseThrow();
  }

  /** These are the voters, and each is ready. */
  private static void awaitMembers(RealCluster cluster, int... nodes) {
    List<String> wanted = IntStream.of(nodes).mapToObj(cluster::name).sorted().toList();
    Awaitility.await("the members are " + wanted)
        .atMost(RealCluster.PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(servers(cluster).stream().filter(Server::voter).map(Server::node))
                    .containsExactlyInAnyOrderElementsOf(wanted));
    IntStream.of(nodes).forEach(cluster::awaitReady);
  }

  /** Sets one key after the other through a client that sends again what isn't acknowledged. */
  private static final class Writer implements AutoCloseable {
    private static final int MORE = 20;

    private final Flotilla client;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::run, "writer");
    private volatile boolean over;

    Writer(RealCluster cluster) {
      client = cluster.client();
      thread.start();
    }

    private void run() {
      try {
        for (int i = 0; !over; i++) {
          Flotilla.await(client.kv().set(key(i), Integer.toString(i)));
          acknowledged.set(i + 1);
        }
      } catch (RuntimeException e) {
        failure.set(e);
      }
    }

    /** In the order of the numbers. */
    private static String key(int i) {
      return "grow/%07d".formatted(i);
    }

    void awaitMore() {
      int enough = acknowledged.get() + MORE;
      Awaitility.await("writes go on")
          .atMost(RealCluster.PATIENCE)
          .failFast(() -> assertThat(failure.get()).as("a write failed").isNull())
          .until(() -> acknowledged.get() >= enough);
    }

    void assertNothingIsMissing() {
      int count = acknowledged.get();
      assertThat(failure.get()).as("a write failed").isNull();
      List<String> stored =
          Flotilla.await(client.kv().list("grow/")).stream().map(Entry::text).toList();
      assertThat(stored)
          .startsWith(IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new));
    }

    @Override
    public void close() throws InterruptedException {
      over = true;
      thread.join(RealCluster.PATIENCE.toMillis());
      client.close();
    }
  }
}

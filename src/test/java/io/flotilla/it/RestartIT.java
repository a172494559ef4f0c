package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.FreePorts;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cluster of three real processes keeps when some or all of them are killed. */
class RestartIT {
  @TempDir Path data;

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Test
  void names_and_values_of_any_kind_survive_the_death_of_all_nodes() {
    String namespace = "equipo ç/50% ñ";
    String key = "ruta/con espacios/ç/100%/日本";
    String value = "valor ç \u0000 % / \uD83D\uDE00";
    String path = "/v1/kv/" + encode(key) + "?ns=" + encode(namespace);
    try (RealCluster cluster = RealCluster.start(data, 3)) {
      assertThat(cluster.put(0, path, value).body()).isEqualTo("true");
      assertThat(cluster.put(1, "/v1/kv/plain", "kept").body()).isEqualTo("true");
      for (int n = 0; n < 3; n++) {
        cluster.kill(n);
      }
      cluster.startAll();
      cluster.awaitReady();
      for (int n = 0; n < 3; n++) {
        assertThat(cluster.get(n, path + "&raw").body()).isEqualTo(value);
        assertThat(cluster.get(n, "/v1/kv/plain?raw").body()).isEqualTo("kept");
      }
    }
  }

  @Test
  void two_of_three_serve_a_lost_disk_is_filled_and_a_paused_node_comes_back() {
    try (RealCluster cluster = RealCluster.start(data, 3)) {
      assertThat(cluster.put(0, "/v1/kv/a", "1").body()).isEqualTo("true");
      int owner = cluster.ownerOf("default");
      int other = (owner + 1) % 3;
      cluster.kill(owner);
      write(cluster, other, "/v1/kv/a", "2");
      cluster.wipe(owner);
      cluster.start(owner);
      cluster.awaitReady();
      cluster.awaitInSync();
      assertThat(cluster.get(owner, "/v1/kv/a?raw").body()).isEqualTo("2");
      assertThat(cluster.get(owner, "/v1/kv/a?raw&stale").body()).isEqualTo("2");

      int paused = cluster.ownerOf("default");
      cluster.pause(paused);
      write(cluster, (paused + 1) % 3, "/v1/kv/a", "3");
      cluster.resume(paused);
      Awaitility.await("the node that was taken for dead rejoins by itself")
          .atMost(RealCluster.PATIENCE)
          .ignoreExceptions()
          .until(() -> cluster.get(paused, "/v1/kv/a?raw").body().equals("3"));
      cluster.awaitInSync();
      aNodeAloneAnswersStaleReadsAndSaysHowStale(cluster);
    }
  }

  /** Each is a former leader or follower; the first to be left may be either. */
  private static void aNodeAloneAnswersStaleReadsAndSaysHowStale(RealCluster cluster) {
    int alone = leader(cluster);
    cluster.kill((alone + 1) % 3);
    cluster.kill((alone + 2) % 3);
    // For a moment it can't be asked: it finds itself alone and restarts within its process.
    Awaitility.await("no leader is known, and the last contact grows")
        .atMost(RealCluster.PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> isStaleAndSaysSo(cluster, alone));
  }

  private static void isStaleAndSaysSo(RealCluster cluster, int alone) {
    assertThat(cluster.get(alone, "/v1/status/leader").body()).isEqualTo("\"\"");
    for (String path :
        List.of(
            "kv/a?stale", "kv/a?stale&index=1&wait=1s", "catalog/services?stale&index=1&wait=1s")) {
      HttpResponse<String> answer = cluster.get(alone, "/v1/" + path);
      // Once it has started again it knows its last checkpoint, and not what was acknowledged
      // since.
      assertThat(answer.statusCode()).as(path).isIn(200, 404);
      assertThat(answer.headers().firstValue("X-Consul-KnownLeader")).as(path).contains("false");
      assertThat(lastContact(answer)).as(path).isGreaterThan(5_000);
    }
  }

  private static int leader(RealCluster cluster) {
    String view = cluster.get(0, "/v1/cluster").body();
    return IntStream.range(0, 3)
        .filter(node -> view.contains("\"Leader\":\"n" + (node + 1) + "\""))
        .findFirst()
        .orElseThrow(() -> new AssertionError(view));
  }

  private static long lastContact(HttpResponse<String> answer) {
    return answer.headers().firstValueAsLong("X-Consul-LastContact").orElseThrow();
  }

  /** Repeats with the same request id until it is known to be done, as the client does. */
  private static void write(RealCluster cluster, int node, String path, String value) {
    Awaitility.await(path + " is written")
        .atMost(RealCluster.PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(
            () ->
                cluster
                    .send(
                        node,
                        path,
                        "PUT",
                        java.net.http.HttpRequest.BodyPublishers.ofString(value),
                        "X-Flotilla-Request-Id",
                        "write-" + value)
                    .body()
                    .equals("true"));
  }

  @Test
  void a_cluster_starts_without_one_of_its_members_and_ends_one_by_one_unnoticed()
      throws InterruptedException {
    try (RealCluster cluster = RealCluster.start(data, 3)) {
      assertThat(cluster.put(0, "/v1/kv/a", "1").body()).isEqualTo("true");
      for (int n = 0; n < 3; n++) {
        cluster.kill(n);
      }
      cluster.start(1);
      cluster.start(2);
      cluster.awaitReady(1);
      cluster.awaitReady(2);
      assertThat(cluster.get(1, "/v1/kv/a?raw").body()).isEqualTo("1");
      assertThat(cluster.put(2, "/v1/kv/b", "2").body()).isEqualTo("true");
      cluster.start(0);
      cluster.awaitReady(0);
      assertThat(cluster.get(0, "/v1/kv/b?raw").body()).isEqualTo("2");
      for (int n = 0; n < 3; n++) {
        restartUnnoticed(cluster, n);
      }
    }
  }

  /** By SIGTERM; the leader and the owner are among them. */
  private static void restartUnnoticed(RealCluster cluster, int node) throws InterruptedException {
    try (LoyalClients clients = LoyalClients.start(cluster)) {
      assertThat(cluster.stop(node)).as("exit code after SIGTERM").isIn(0, 143);
      clients.awaitMore();
      cluster.start(node);
      cluster.awaitReady(node);
      clients.awaitMore();
      assertThat(clients.end(node)).as("requests that failed").isEmpty();
    }
  }

  @Test
  void a_second_process_on_the_same_directory_is_refused() throws Exception {
    try (RealCluster cluster = RealCluster.start(data, 1)) {
      List<Integer> ports = FreePorts.next(3);
      Process second =
          new ProcessBuilder(
                  Path.of("flotilla").toAbsolutePath().toString(),
                  "node",
                  "--data=" + cluster.dataOf(0),
                  "--http=127.0.0.1:" + ports.get(0),
                  "--cluster-port=" + ports.get(1),
                  "--raft-port=" + ports.get(2))
              .redirectErrorStream(true)
              .start();
      String output = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(second.waitFor()).as(output).isEqualTo(1);
      assertThat(output).contains(cluster.dataOf(0).toString());
      assertThat(cluster.put(0, "/v1/kv/a", "1").body()).isEqualTo("true");
    }
  }
}

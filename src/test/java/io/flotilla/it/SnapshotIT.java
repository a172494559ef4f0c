package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.Page;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/operating/backup.md, on a cluster of three under load. */
class SnapshotIT {
  private static final String FENCE = "X-Flotilla-Fencing-Token";
  private static final String PAGE = Page.of("docs/operating/backup.md").text();

  @TempDir Path data;

  @Test
  void a_cluster_goes_back_to_what_it_was_and_no_index_is_given_twice() throws Exception {
    try (RealCluster cluster = RealCluster.start(data, 3)) {
      put(cluster, "/v1/kv/kept", "before");
      AtomicInteger acknowledged = new AtomicInteger();
      Thread load = new Thread(() -> count(cluster, acknowledged));
      load.start();
      await().atMost(RealCluster.PATIENCE).until(() -> acknowledged.get() > 20);
      int before = acknowledged.get();
      run("snapshot save FILE", "--http-addr=" + cluster.addresses());
      load.interrupt();
      load.join();
      assertThat(run("snapshot inspect FILE")).contains("is a whole snapshot");

      put(cluster, "/v1/kv/kept", "after");
      put(cluster, "/v1/kv/late", "x");
      put(cluster, "/v1/kv/key?ns=late", "x");
      long services = index(cluster.get(0, "/v1/catalog/services"));
      long token = acquire(cluster, "default");
      long late = acquire(cluster, "late");
      for (int node = 2; node >= 0; node--) {
        cluster.kill(node);
      }
      killedInTheMiddle(cluster.dataOf(0));
      run("snapshot restore --data DIR --yes FILE", cluster.dataOf(0));
      cluster.wipe(1);
      cluster.wipe(2);
      cluster.startAll();
      cluster.awaitReady();
      cluster.awaitInSync();

      assertThat(get(cluster, "/v1/kv/kept?raw")).isEqualTo("before");
      assertThat(cluster.get(1, "/v1/kv/late").statusCode()).isEqualTo(404);
      assertThat(cluster.get(1, "/v1/kv/key?ns=late").statusCode()).isEqualTo(404);
      assertThat(Integer.parseInt(get(cluster, "/v1/kv/counted?raw")))
          .as("all that was acknowledged before the snapshot, and nothing after it")
          .isBetween(before, acknowledged.get() + 1);
      HttpResponse<String> told = cluster.get(2, "/v1/kv/kept?wait=10m&index=" + token);
      assertThat(index(told)).as("who waited is answered").isGreaterThan(token);
      HttpResponse<String> listed =
          cluster.get(2, "/v1/catalog/services?wait=10m&index=" + services);
      assertThat(index(listed)).as("here, too").isGreaterThan(services);
      assertThat(acquire(cluster, "default")).isGreaterThan(token);
      assertThat(acquire(cluster, "late")).isGreaterThan(late);
    }
  }

  /** Whatever it comes to, the next call decides. */
  private void killedInTheMiddle(Path disk) throws Exception {
    Process restore = process("snapshot restore --data DIR --yes FILE", disk, List.of()).start();
    Path making = disk.resolve("recovering");
    while (restore.isAlive() && !Files.exists(making)) {
      Thread.onSpinWait();
    }
    restore.destroyForcibly().waitFor();
    if (Files.exists(disk.resolve("recovered"))) {
      runUnchecked("recover --data DIR --yes", disk);
    }
  }

  private static void count(RealCluster cluster, AtomicInteger acknowledged) {
    while (!Thread.currentThread().isInterrupted()) {
      int next = acknowledged.get() + 1;
      try {
        if (cluster.put(next % 3, "/v1/kv/counted", "" + next).statusCode() == 200) {
          acknowledged.set(next);
        }
      } catch (RuntimeException e) {
        return; // interrupted
      }
    }
  }

  private static void put(RealCluster cluster, String path, String value) {
    HttpResponse<String> answer = cluster.put(0, path, value);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static String get(RealCluster cluster, String path) {
    return cluster.get(1, path).body();
  }

  private static long index(HttpResponse<String> answer) {
    return Long.parseLong(answer.headers().firstValue("X-Consul-Index").orElseThrow());
  }

  /** Returns the fencing token. */
  private static long acquire(RealCluster cluster, String namespace) {
    String id =
        cluster
            .put(0, "/v1/session/create?ns=" + namespace, "{}")
            .body()
            .replaceAll(".*\"ID\":\"([^\"]*)\".*", "$1");
    HttpResponse<String> answer =
        cluster.put(0, "/v1/kv/lock?ns=" + namespace + "&acquire=" + id, "");
    assertThat(answer.body().strip()).isEqualTo("true");
    return Long.parseLong(answer.headers().firstValue(FENCE).orElseThrow());
  }

  // ---- commands

  private String run(String shown, String... more) throws Exception {
    return ended(process(shown, data, List.of(more)));
  }

  private String run(String shown, Path disk) throws Exception {
    return ended(process(shown, disk, List.of()));
  }

  private void runUnchecked(String shown, Path disk) throws Exception {
    ended(command(shown, disk, List.of()));
  }

  /** As on the page, where the names are others. */
  private ProcessBuilder process(String shown, Path disk, List<String> more) {
    String onPage =
        "./flotilla " + shown.replace("FILE", "monday.snap").replace("DIR", "/var/lib/flotilla");
    assertThat(PAGE).contains(onPage + "\n");
    return command(shown, disk, more);
  }

  private ProcessBuilder command(String shown, Path disk, List<String> more) {
    List<String> words = new ArrayList<>();
    words.add(Path.of("flotilla").toAbsolutePath().toString());
    for (String word : shown.split(" ")) {
      words.add(
          word.replace("FILE", data.resolve("a.snap").toString()).replace("DIR", disk.toString()));
    }
    words.addAll(more);
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(data.resolve("output.txt").toFile());
  }

  private String ended(ProcessBuilder command) throws Exception {
    int code = command.start().waitFor();
    String output = Files.readString(data.resolve("output.txt"));
    assertThat(code).as(output).isZero();
    return output;
  }
}

package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.Page;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

      Given first = changed(cluster);
      restoredWhileItRuns(cluster, first);
      isAsSaved(cluster, first, before, acknowledged.get());

      Given second = changed(cluster);
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
      isAsSaved(cluster, second, before, acknowledged.get());
    }
  }

  /** What was given after the snapshot. */
  private record Given(long services, long token, long late) {}

  private static Given changed(RealCluster cluster) {
    put(cluster, "/v1/kv/kept", "after");
    put(cluster, "/v1/kv/late", "x");
    put(cluster, "/v1/kv/key?ns=late", "x");
    return new Given(
        index(cluster.get(0, "/v1/catalog/services")),
        acquire(cluster, "default"),
        acquire(cluster, "late"));
  }

  /**
   * The leader is killed as it begins; who is asked isn't, or nobody would know what came of it.
   */
  private void restoredWhileItRuns(RealCluster cluster, Given given) throws Exception {
    HttpResponse<String> refused = cluster.put(1, "/v1/snapshot", "no snapshot");
    assertThat(refused.statusCode()).isEqualTo(500);
    assertThat(refused.headers().firstValue("X-Flotilla-Error")).contains("bad-snapshot");
    assertThat(get(cluster, "/v1/kv/kept?raw")).isEqualTo("after");

    int leader = Views.leader(cluster);
    int asked = (leader + 1) % 3;
    CompletableFuture<HttpResponse<String>> told =
        CompletableFuture.supplyAsync(
            () -> cluster.get(asked, "/v1/kv/kept?wait=10m&index=" + given.token()));
    String address = "--http-addr=" + cluster.address(asked);
    Process restore = process("snapshot restore --yes FILE", data, List.of(address)).start();
    cluster.kill(leader);
    ended(restore);
    assertThat(index(told.get(3, TimeUnit.MINUTES)))
        .as("who waits is answered")
        .isGreaterThan(given.token());
    cluster.start(leader);
    cluster.awaitReady();
    cluster.awaitInSync();
  }

  private static void isAsSaved(RealCluster cluster, Given given, int least, int most) {
    assertThat(get(cluster, "/v1/kv/kept?raw")).isEqualTo("before");
    assertThat(cluster.get(1, "/v1/kv/late").statusCode()).isEqualTo(404);
    assertThat(cluster.get(1, "/v1/kv/key?ns=late").statusCode()).isEqualTo(404);
    assertThat(cluster.get(1, "/v1/kv/kept?raw&stale").body()).isEqualTo("before");
    assertThat(Integer.parseInt(get(cluster, "/v1/kv/counted?raw")))
        .as("all that was acknowledged before the snapshot, and nothing after it")
        .isBetween(least, most + 1);
    HttpResponse<String> told = cluster.get(2, "/v1/kv/kept?wait=10m&index=" + given.token());
    assertThat(index(told)).as("who waited is answered").isGreaterThan(given.token());
    HttpResponse<String> listed =
        cluster.get(2, "/v1/catalog/services?wait=10m&index=" + given.services());
    assertThat(index(listed)).as("here, too").isGreaterThan(given.services());
    assertThat(acquire(cluster, "default")).isGreaterThan(given.token());
    assertThat(acquire(cluster, "late")).isGreaterThan(given.late());
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
        cluster.put(0, "/v1/kv/lock-" + id + "?ns=" + namespace + "&acquire=" + id, "");
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
    return ended(command.start());
  }

  private String ended(Process process) throws Exception {
    int code = process.waitFor();
    String output = Files.readString(data.resolve("output.txt"));
    assertThat(code).as(output).isZero();
    return output;
  }
}

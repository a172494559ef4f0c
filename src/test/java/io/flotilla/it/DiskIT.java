package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.journal.Halt;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks that silently lose what real nodes had acknowledged, and one that is nearly full. */
@Timeout(900)
class DiskIT {
  @TempDir Path data;

  @Test
  void a_cut_log_is_filled_a_last_disk_becomes_the_cluster_and_lost_disks_form_no_new_one()
      throws IOException {
    try (RealCluster cluster = RealCluster.start(data, 3)) {
      assertThat(openToOthers(cluster.dataOf(0))).isEmpty();
      for (int i = 0; i < 50; i++) {
        assertThat(cluster.put(0, "/v1/kv/k" + i, "v" + i).body()).isEqualTo("true");
      }
      cluster.awaitInSync();
      cluster.kill(2);
      cut(cluster.dataOf(2));
      cluster.start(2);
      cluster.awaitReady(2);
      assertThat(cluster.log(2)).contains("but it had acknowledged up to").contains("put aside");
      cluster.awaitInSync();
      assertThat(cluster.get(2, "/v1/kv/k49?raw").body()).isEqualTo("v49");

      oneDiskBecomesTheCluster(cluster);
      oneIsStartedWithoutSeeds(cluster);

      IntStream.range(0, 3).forEach(cluster::kill);
      IntStream.range(0, 3).forEach(cluster::wipe);
      cluster.startAll();
      for (int node = 0; node < 3; node++) {
        String ready = awaitNotReady(cluster, node, "2 of 2 others answer, none has it");
        assertThat(ready).contains("is empty").contains("--bootstrap");
      }
      assertThat(cluster.get(0, "/v1/kv/k0?raw").statusCode()).isEqualTo(500);
    }
  }

  /** Of n2 nothing is left, and n1 comes back with its old disk when n3 has been recovered. */
  private void oneDiskBecomesTheCluster(RealCluster cluster) {
    IntStream.range(0, 3).forEach(cluster::kill);
    cluster.wipe(1);
    String left = cluster.dataOf(2).toString();
    assertThat(recover(left)).contains("member        n1 at", "Nothing was changed.");
    assertThat(recover(left, "--yes")).contains("n3 is the whole cluster now");
    cluster.start(2);
    cluster.awaitReady(2);
    assertThat(cluster.get(2, "/v1/kv/k49?raw").body()).isEqualTo("v49");
    assertThat(cluster.put(2, "/v1/kv/k50", "v50").body()).isEqualTo("true");

    cluster.start(0);
    assertThat(cluster.exitCode(0)).isEqualTo(Halt.EXIT_CODE);
    assertThat(cluster.log(0)).contains("as it was before it was recovered from a single disk");
    cluster.wipe(0);
    cluster.start(0);
    cluster.start(1);
    cluster.awaitReady();
    cluster.awaitInSync();
    assertThat(cluster.get(0, "/v1/kv/k50?raw").body()).isEqualTo("v50");
    assertThat(recover(left, "--yes")).contains("in use by another process");
  }

  /** It finds the others by what its disk knows. */
  private static void oneIsStartedWithoutSeeds(RealCluster cluster) {
    cluster.kill(0);
    cluster.hasNoSeeds();
    cluster.start(0);
    cluster.awaitReady(0);
    cluster.awaitInSync();
    assertThat(cluster.put(0, "/v1/kv/k51", "v51").body()).isEqualTo("true");
    cluster.hasSeeds();
  }

  private String recover(String directory, String... more) {
    String[] arguments =
        Stream.concat(Stream.of("recover", "--data", directory), Stream.of(more))
            .toArray(String[]::new);
    try (RealProcess recover = RealProcess.flotilla(data, arguments)) {
      boolean refused = recover.exitCode() != 0;
      assertThat(recover.output().startsWith("flotilla: ")).isEqualTo(refused);
      return recover.output();
    }
  }

  private static String awaitNotReady(RealCluster cluster, int node, String reason) {
    return Awaitility.await()
        .atMost(RealCluster.PATIENCE)
        .ignoreExceptions()
        .until(() -> cluster.get(node, "/ready"), r -> r.body().contains(reason))
        .body();
  }

  @Test
  void a_node_that_is_alone_refuses_and_goes_on_once_the_loss_is_accepted() throws IOException {
    try (RealCluster cluster = RealCluster.start(data, 1)) {
      for (int i = 0; i < 50; i++) {
        assertThat(cluster.put(0, "/v1/kv/k" + i, "v" + i).body()).isEqualTo("true");
      }
      cluster.kill(0);
      cut(cluster.dataOf(0));
      cluster.start(0);
      Awaitility.await().atMost(RealCluster.PATIENCE).until(() -> !cluster.isAlive(0));
      String directory = cluster.dataOf(0).toString();
      assertThat(cluster.log(0)).contains("accept the loss: ./flotilla accept-loss " + directory);
      try (RealProcess accept = RealProcess.flotilla(data, "accept-loss", directory)) {
        assertThat(accept.exitCode()).as(accept.output()).isZero();
        assertThat(accept.output()).contains("Accepted: n1 continues from index");
      }
      cluster.start(0);
      cluster.awaitReady(0);
      assertThat(cluster.get(0, "/v1/kv/k40?raw").body()).isEqualTo("v40");
    }
  }

  @Test
  void while_a_member_s_disk_is_nearly_full_nobody_takes_more_and_all_else_goes_on()
      throws IOException {
    try (SmallDisk disk = new SmallDisk(data.resolve("n3"), "192m");
        RealCluster cluster =
            RealCluster.start(data, 3, Map.of("FLOTILLA_STORE_MIN_FREE_DISK", "64m"))) {
      for (String key : List.of("a", "b", "c")) {
        answers(200, () -> cluster.put(0, "/v1/kv/" + key, "x"));
      }
      disk.fillBut(48 << 20);
      for (int node = 0; node < 3; node++) {
        refusesToGrow(cluster, node);
      }
      cluster.kill(0); // perhaps the leader
      answers(200, () -> cluster.delete(1, "/v1/kv/a"));
      answers(200, () -> cluster.put(2, "/v1/kv/b", "y"));
      refusesToGrow(cluster, 1);
      Awaitility.await()
          .atMost(RealCluster.PATIENCE)
          .until(() -> cluster.get(1, "/v1/cluster").body().contains("\"LowDisks\":[\"n3\"]"));
      disk.relieve();
      answers(200, () -> cluster.put(1, "/v1/kv/again", "x"));
      answers(200, () -> cluster.put(2, "/v1/kv/and-again", "x"));
    }
  }

  private static void refusesToGrow(RealCluster cluster, int node) {
    AtomicInteger next = new AtomicInteger();
    HttpResponse<String> refusal =
        answers(
            507,
            () ->
                cluster.put(node, "/v1/kv/new-%d-%d".formatted(node, next.incrementAndGet()), "x"));
    assertThat(refusal.headers().firstValue("X-Flotilla-Error")).contains("disk-low");
    assertThat(refusal.body()).contains("the disk of n3").contains("nothing was changed");
  }

  /** Sooner or later. */
  private static HttpResponse<String> answers(int status, Supplier<HttpResponse<String>> request) {
    return Awaitility.await()
        .atMost(RealCluster.PATIENCE)
        .ignoreExceptions()
        .until(request::get, answer -> answer.statusCode() == status);
  }

  /** Cuts twenty bytes off the end of the used part of the log. */
  private static void cut(Path directory) throws IOException {
    Path segment;
    try (Stream<Path> files = Files.walk(directory)) {
      segment =
          files
              .filter(f -> f.getFileName().toString().startsWith("log_inprogress"))
              .findFirst()
              .orElseThrow();
    }
    byte[] content = Files.readAllBytes(segment);
    int used = content.length;
    while (content[used - 1] == 0) {
      used--;
    }
    Files.write(segment, Arrays.copyOf(content, used - 20));
  }

  private static String openToOthers(Path directory) throws IOException {
    StringBuilder open = new StringBuilder();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        open.append(permissions.endsWith("------") ? "" : permissions + " " + file + "\n");
      }
    }
    return open.toString();
  }
}

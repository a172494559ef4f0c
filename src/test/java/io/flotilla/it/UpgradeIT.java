package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The nodes of a cluster of an earlier version are replaced by this one's, one after another, under
 * load: {@code mvn verify -Dit.test=UpgradeIT -Dtest.jvm="-Dupgrade.from=COMMIT"}. The earlier
 * version is built from the repository's history, once.
 */
@EnabledIfSystemProperty(
    named = "upgrade.from",
    matches = "\\w+",
    disabledReason = "-Dupgrade.from=COMMIT runs it")
class UpgradeIT {
  private static final Pattern ID = Pattern.compile("\"ID\" *: *\"([^\"]+)\"");

  /** The exit code of a process that has ended in order when told to. */
  private static final int SIGTERM = 143;

  /** Stays if the test fails, with the nodes' logs. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path data;

  @Test
  void nodes_of_two_versions_are_one_cluster_and_each_is_replaced_without_a_failed_request()
      throws Exception {
    Path earlier = earlierVersion(System.getProperty("upgrade.from"));
    try (RealCluster cluster = RealCluster.start(data, 3, earlier);
        Retried load = Retried.start(cluster, 2)) {
      errands(cluster, "before");
      replace(cluster, load, 0, null);
      errands(cluster, "one-of-three");
      replace(cluster, load, 0, earlier); // an operator may go back as long as it isn't complete
      errands(cluster, "none-of-three");
      replace(cluster, load, 0, null);
      replace(cluster, load, 1, null);
      errands(cluster, "two-of-three");
      replace(cluster, load, 2, null);
      errands(cluster, "after");

      load.end();
      System.out.println("upgrade: " + load.summary());
      assertThat(load.failed()).as("failed twice").isEmpty();
      cluster.awaitInSync();
      for (int node = 0; node < cluster.size(); node++) {
        assertThat(load.missing(node)).as("acknowledged, but missing").isEmpty();
      }
      Views.assertWhole(cluster);
    }
  }

  /**
   * @param version null for the present one
   */
  private static void replace(RealCluster cluster, Retried load, int node, Path version)
      throws InterruptedException {
    load.goOn();
    load.isAway(node);
    assertThat(cluster.stop(node)).isEqualTo(SIGTERM);
    load.goOn();
    if (version == null) {
      cluster.isRunByOwn();
    } else {
      cluster.isRunBy(version);
    }
    cluster.start(node);
    cluster.awaitReady(node);
    load.isBack();
    load.goOn();
  }

  /** Some of everything, through each node; what it leaves is seen by all. */
  private static void errands(RealCluster cluster, String name) {
    Views.awaitWhole(cluster, RealCluster.PATIENCE);
    for (int node = 0; node < cluster.size(); node++) {
      String own = name + "-" + node;
      ok(cluster, node, "PUT", "/v1/kv/" + own, own);
      ok(
          cluster,
          node,
          "PUT",
          "/v1/txn",
          "[{\"KV\":{\"Verb\":\"set\",\"Key\":\"%s/t\",\"Value\":\"eA==\"}}]".formatted(own));
      lock(cluster, node, own);
      ok(
          cluster,
          node,
          "PUT",
          "/v1/agent/service/register",
          "{\"Name\":\"%s\",\"Port\":80,\"Check\":{\"TTL\":\"1h\",\"Status\":\"passing\"}}"
              .formatted(own));
      ok(cluster, node, "PUT", "/v1/event/fire/" + own, "payload");
      ok(cluster, node, "POST", "/v1/topics/" + own, "message");
    }
    for (int node = 0; node < cluster.size(); node++) {
      for (int other = 0; other < cluster.size(); other++) {
        String own = name + "-" + other;
        assertThat(ok(cluster, node, "GET", "/v1/kv/" + own + "?raw", "")).isEqualTo(own);
        assertThat(ok(cluster, node, "GET", "/v1/kv/" + own + "/t?raw", "")).isEqualTo("x");
        assertThat(ok(cluster, node, "GET", "/v1/health/service/" + own + "?passing", ""))
            .contains(own);
        assertThat(ok(cluster, node, "GET", "/v1/event/list?name=" + own, "")).contains(own);
      }
    }
  }

  private static void lock(RealCluster cluster, int node, String own) {
    String key = "/v1/kv/" + own + "/lock";
    Matcher session = ID.matcher(ok(cluster, node, "PUT", "/v1/session/create", "{}"));
    assertThat(session.find()).isTrue();
    String id = session.group(1);
    assertThat(ok(cluster, node, "PUT", key + "?acquire=" + id, "me").strip()).isEqualTo("true");
    assertThat(ok(cluster, (node + 1) % 3, "GET", key, "")).contains(id);
    assertThat(ok(cluster, node, "PUT", key + "?release=" + id, "me").strip()).isEqualTo("true");
    ok(cluster, node, "PUT", "/v1/session/destroy/" + id, "");
  }

  private static String ok(RealCluster cluster, int node, String method, String path, String body) {
    var answer = cluster.send(node, path, method, BodyPublishers.ofString(body));
    assertThat(answer.statusCode()).as("%s %s: %s", method, path, answer.body()).isEqualTo(200);
    return answer.body();
  }

  /** Returns its launcher. */
  private Path earlierVersion(String commit) throws IOException, InterruptedException {
    Path checkout = Path.of("target", "versions", commit).toAbsolutePath();
    Path launcher = checkout.resolve("flotilla");
    if (!Files.exists(checkout.resolve("target/flotilla.jar"))) {
      Files.createDirectories(checkout);
      run("git archive " + commit + " | tar -x -C " + checkout);
      run(launcher + " --version");
    }
    return launcher;
  }

  private void run(String command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(data, "build", ".log");
    Process process =
        new ProcessBuilder("sh", "-c", command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.MINUTES)).as(command).isTrue();
    assertThat(process.exitValue()).as(() -> command + ": see " + output).isZero();
  }
}

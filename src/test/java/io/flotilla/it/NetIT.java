package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a network of the tests loses what is cut, nothing else, and leaves nothing behind. */
class NetIT {
  private static final int PORT = 9000;

  /** To what must be reached, and to what must not: longer would find nothing more. */
  private static final int PATIENCE = (int) RealCluster.PATIENCE.toMillis();

  private static final int A_WHILE = 1_500;

  @TempDir Path data;

  private final HttpClient http = HttpClient.newHttpClient();

  private String ask(Net net, int node, String what) {
    try {
      URI uri = URI.create("http://%s:%d/%s".formatted(net.address(node), PORT, what));
      return http.send(
              HttpRequest.newBuilder(uri).timeout(RealCluster.PATIENCE).build(),
              BodyHandlers.ofString())
          .body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("n" + (node + 1) + " can't be asked", e);
    }
  }

  private String connect(Net net, int from, int to, int millis) {
    return ask(net, from, "connect?" + net.address(to) + "," + millis);
  }

  private void say(Net net, int from, int to, String word) {
    ask(net, from, "say?" + net.address(to) + "," + word);
  }

  private List<String> heard(Net net, int node) {
    return List.of(ask(net, node, "heard").split(" "));
  }

  private void assertAllConnected(Net net) {
    for (int from = 0; from < net.size(); from++) {
      for (int to = 0; to < net.size(); to++) {
        assertThat(connect(net, from, to, PATIENCE))
            .as("%d to %d", from, to)
            .isEqualTo("connected");
      }
    }
  }

  @Test
  void what_is_cut_is_lost_and_what_is_healed_arrives() {
    List<RealProcess> outposts = new ArrayList<>();
    try (Net net = Net.assumed(3)) {
      for (int node = 0; node < 3; node++) {
        outposts.add(
            RealProcess.java(data, net.inside(node), Outpost.class, net.address(node), "" + PORT));
      }
      outposts.forEach(outpost -> outpost.await("listening"));
      assertAllConnected(net);

      net.cut(0, 1);
      assertThat(connect(net, 0, 1, A_WHILE)).isEqualTo("timed out");
      assertThat(connect(net, 1, 0, A_WHILE)).isEqualTo("timed out");
      assertThat(connect(net, 0, 2, PATIENCE)).isEqualTo("connected");
      assertThat(connect(net, 2, 1, PATIENCE)).isEqualTo("connected");
      net.heal();
      assertAllConnected(net);

      aOneWayCutHasADirection(net);
      net.heal();
      assertAllConnected(net);

      net.isolate(2);
      assertThat(connect(net, 2, 0, A_WHILE)).isEqualTo("timed out");
      assertThat(connect(net, 1, 2, A_WHILE)).isEqualTo("timed out");
      assertThat(connect(net, 0, 1, PATIENCE)).isEqualTo("connected");
      net.heal();
      assertAllConnected(net);
    } finally {
      outposts.forEach(RealProcess::close);
    }
    assertThat(Net.namespaces()).noneMatch(name -> name.contains("-" + pid() + "-"));
    assertThat(Net.interfaces()).noneMatch(name -> name.startsWith("flt" + pid() + "-"));
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  /** A connection needs both ways; a datagram needs one. */
  private void aOneWayCutHasADirection(Net net) {
    net.cutOneWay(0, 1);
    assertThat(connect(net, 0, 1, A_WHILE)).isEqualTo("timed out");
    assertThat(connect(net, 1, 0, A_WHILE)).isEqualTo("timed out");
    awaitHeard(net, 1, 0, "back");
    say(net, 0, 1, "lost");
    awaitHeard(net, 2, 1, "later");
    assertThat(heard(net, 1)).doesNotContain("lost");
    net.heal();
    awaitHeard(net, 0, 1, "found");
  }

  /** A datagram may get lost on a busy machine, so it is sent until it arrives. */
  private void awaitHeard(Net net, int from, int to, String word) {
    Awaitility.await(word)
        .atMost(RealCluster.PATIENCE)
        .until(
            () -> {
              say(net, from, to, word);
              return heard(net, to).contains(word);
            });
  }

  @Test
  void what_a_killed_test_left_behind_is_removed_and_nothing_else() throws Exception {
    Net.assumed(1).close();
    long over = endedProcess();
    String left = "flotilla-it-" + over + "-1-0";
    String others = "flotilla-it-other";
    String alive = "flotilla-it-" + pid() + "-99-0";
    Process inside = null;
    try {
      for (String name : List.of(left, others, alive)) {
        run("ip", "netns", "add", name);
      }
      run("ip", "link", "add", "flt" + over + "-1", "type", "bridge");
      inside = new ProcessBuilder("ip", "netns", "exec", left, "sleep", "1000").start();
      Process sleeping = inside;
      Awaitility.await("it runs there")
          .atMost(RealCluster.PATIENCE)
          .until(() -> run("ip", "netns", "pids", left).contains("" + sleeping.pid()));

      Net.sweep(pid -> ProcessHandle.of(pid).isEmpty());

      assertThat(inside.waitFor()).isNotZero();
      assertThat(Net.namespaces()).doesNotContain(left).contains(others, alive);
      assertThat(Net.interfaces()).doesNotContain("flt" + over + "-1");
    } finally {
      if (inside != null) {
        inside.destroyForcibly();
      }
      for (String name : List.of(left, others, alive)) {
        new ProcessBuilder("ip", "netns", "del", name).start().waitFor();
      }
    }
  }

  private static long endedProcess() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return process.pid();
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), output).isZero();
    return output;
  }
}

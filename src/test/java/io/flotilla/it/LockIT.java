package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.client.Flotilla;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many processes that want the same lock, while the node that keeps it is killed. */
class LockIT {
  private static final int CONTENDERS = 5;
  private static final int TURNS = 3;

  @TempDir Path data;

  @Test
  void one_process_holds_the_lock_at_a_time_and_the_tokens_rise() throws Exception {
    Path history = data.resolve("history");
    Files.createFile(history);
    try (RealCluster cluster = RealCluster.start(data, 3)) {
      List<Process> contenders = new ArrayList<>();
      try {
        for (int i = 0; i < CONTENDERS; i++) {
          contenders.add(contender(cluster, history, i));
        }
        Awaitility.await("the lock goes round")
            .atMost(RealCluster.PATIENCE)
            .until(() -> Files.readAllLines(history).size() >= 4);
        int keeper = cluster.ownerOf("default");
        cluster.kill(keeper);
        cluster.start(keeper);
        for (int i = 0; i < CONTENDERS; i++) {
          Process contender = contenders.get(i);
          assertThat(contender.waitFor(RealCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS))
              .as("a contender ends")
              .isTrue();
          assertThat(contender.exitValue()).as(Files.readString(log(i))).isZero();
        }
      } finally {
        contenders.forEach(Process::destroyForcibly);
      }
    }
    check(Files.readAllLines(history));
  }

  @Test
  void a_command_is_ended_when_its_lock_is_lost() throws Exception {
    try (RealCluster cluster = RealCluster.start(data, 1);
        Flotilla client = cluster.client()) {
      Path began = data.resolve("began");
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of("flotilla").toAbsolutePath().toString(),
                  "lock",
                  "--http-addr",
                  cluster.addresses(),
                  "jobs/long",
                  "--",
                  "sh",
                  "-c",
                  "echo $$ > " + began + "; sleep 600")
              .redirectErrorStream(true);
      Process holder = builder.redirectOutput(data.resolve("holder.log").toFile()).start();
      try {
        Awaitility.await("the command runs")
            .atMost(RealCluster.PATIENCE)
            .until(() -> Files.exists(began) && Files.size(began) > 1);
        long child = Long.parseLong(Files.readString(began).trim());
        String session = Flotilla.await(client.kv().get("jobs/long")).orElseThrow().session();

        Flotilla.await(client.sessions().destroy(session));

        assertThat(holder.waitFor(RealCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(holder.exitValue()).isEqualTo(1);
        assertThat(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false)).isFalse();
        assertThat(Files.readString(data.resolve("holder.log"))).contains("was lost");
      } finally {
        holder.destroyForcibly();
      }
    }
  }

  @Test
  void sessions_end_though_their_keeper_has_died_and_nobody_asks_for_them() throws Exception {
    try (RealCluster cluster = RealCluster.start(data, 3)) {
      String ns = "?ns=quiet";
      HttpResponse<String> created =
          cluster.put(
              0,
              "/v1/session/create?exact-ttl&ns=quiet",
              "{\"TTL\": \"15s\", \"Behavior\": \"delete\"}");
      String session = new ObjectMapper().readTree(created.body()).get("ID").asText();
      assertThat(cluster.put(0, "/v1/kv/here" + ns + "&acquire=" + session, "n").body())
          .isEqualTo("true");
      int keeper = cluster.ownerOf("quiet");
      // A stale read is answered by the node asked, and brings no key space back to life.
      int asked = (keeper + 1) % cluster.size();
      Awaitility.await("the node asked has the key too")
          .atMost(RealCluster.PATIENCE)
          .until(() -> cluster.get(asked, "/v1/kv/here" + ns + "&stale").statusCode() == 200);

      cluster.kill(keeper);

      Awaitility.await("its ephemeral key is gone")
          .atMost(RealCluster.PATIENCE)
          .until(() -> cluster.get(asked, "/v1/kv/here" + ns + "&stale").statusCode() == 404);
    }
  }

  /**
   * The coordinator asks for namespaces whose keeper has died, and learns from the keepers which
   * ones have sessions. Here there is none to be told while the keeper lives.
   */
  @Test
  void sessions_end_though_their_keeper_died_before_it_could_tell_anybody() throws Exception {
    try (RealCluster cluster = RealCluster.start(data, 3)) {
      int coordinator = coordinator(cluster);
      String ns = namespaceElsewhere(cluster, coordinator);
      int keeper = cluster.ownerOf(ns);
      int other = 3 - coordinator - keeper;

      cluster.kill(coordinator);
      String session = null;
      while (session == null) {
        HttpResponse<String> created =
            cluster.put(
                keeper,
                "/v1/session/create?exact-ttl&ns=" + ns,
                "{\"TTL\": \"5s\", \"Behavior\": \"delete\"}");
        if (created.statusCode() == 200) {
          session = new ObjectMapper().readTree(created.body()).get("ID").asText();
        }
      }
      HttpResponse<String> acquired =
          cluster.put(keeper, "/v1/kv/here?ns=" + ns + "&acquire=" + session, "n");
      cluster.kill(keeper);
      assertThat(acquired.body()).isEqualTo("true");
      cluster.start(coordinator);

      Awaitility.await("its ephemeral key is gone")
          .atMost(RealCluster.PATIENCE)
          .until(
              () -> {
                HttpResponse<String> read = cluster.get(other, "/v1/kv/here?ns=" + ns + "&stale");
                return read.statusCode() == 404;
              });
    }
  }

  private static int coordinator(RealCluster cluster) throws Exception {
    String[] node = {""};
    Awaitility.await("a coordinator")
        .atMost(RealCluster.PATIENCE)
        .until(
            () -> {
              HttpResponse<String> status = cluster.get(0, "/v1/coordinator");
              node[0] = new ObjectMapper().readTree(status.body()).path("Node").asText();
              return status.statusCode() == 200;
            });
    for (int i = 0; i < cluster.size(); i++) {
      if (cluster.name(i).equals(node[0])) {
        return i;
      }
    }
    throw new AssertionError("the coordinator is said to be on " + node[0]);
  }

  /** The name of a namespace that exists and lives on another node than this. */
  private static String namespaceElsewhere(RealCluster cluster, int node) {
    for (int i = 0; ; i++) {
      String ns = "quiet" + i;
      assertThat(cluster.put(node, "/v1/kv/a?ns=" + ns, "x").body()).isEqualTo("true");
      if (cluster.ownerOf(ns) != node) {
        return ns;
      }
    }
  }

  private Process contender(RealCluster cluster, Path history, int number) throws IOException {
    String flotilla = Path.of("flotilla").toAbsolutePath().toString();
    String turn =
        "'echo begin $FLOTILLA_FENCING_TOKEN >> $HISTORY; sleep 0.05;"
            + " echo end $FLOTILLA_FENCING_TOKEN >> $HISTORY'";
    String turns =
        "for i in $(seq "
            + TURNS
            + "); do "
            + flotilla
            + " lock --ttl 300 jobs/one -- sh -c " // no machine is so slow that it is lost
            + turn
            + " || exit 1; done";
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", turns).redirectErrorStream(true);
    builder.environment().put("HISTORY", history.toString());
    builder.environment().put("FLOTILLA_HTTP_ADDR", cluster.addresses());
    return builder.redirectOutput(log(number).toFile()).start();
  }

  private Path log(int contender) {
    return data.resolve("contender-" + contender + ".log");
  }

  private static void check(List<String> history) {
    assertThat(history).hasSize(2 * CONTENDERS * TURNS);
    long last = 0;
    for (int i = 0; i < history.size(); i += 2) {
      long token = Long.parseLong(history.get(i).substring("begin ".length()));
      assertThat(history.get(i + 1)).as("no other holder in between").isEqualTo("end " + token);
      assertThat(token).as("tokens rise").isGreaterThan(last);
      last = token;
    }
  }
}

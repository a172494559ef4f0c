package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is alive but does nothing. */
class WatchdogIT {
  @TempDir static Path data;

  @Test
  void a_node_whose_dispatcher_is_stuck_ends_and_its_namespaces_move() throws IOException {
    Path when = data.resolve("stuck-");
    Map<String, String> environment =
        Map.of("FLOTILLA_JAVA_OPTS", Stuck.javaOptions(data, when), "FLOTILLA_WATCHDOG", "5 s");
    try (RealCluster cluster = RealCluster.start(data, 3, environment)) {
      Awaitility.await("it is written, however busy the machine is")
          .atMost(RealCluster.PATIENCE)
          .until(() -> cluster.put(0, "/v1/kv/a", "1").body().equals("true"));
      int stuck = cluster.ownerOf("default");
      Files.createFile(data.resolve("stuck-n" + (stuck + 1)));
      assertThat(cluster.exitCode(stuck)).isEqualTo(70);
      assertThat(Files.readString(cluster.logOf(stuck)))
          .contains("akka.actor.default-dispatcher has run no task for 5 s")
          .contains("at app//io.flotilla.it.Stuck.sleep");
      Awaitility.await("another node serves what it served")
          .atMost(RealCluster.PATIENCE)
          .ignoreExceptions()
          .until(() -> cluster.get((stuck + 1) % 3, "/v1/kv/a?raw").body().equals("1"));
    }
  }
}

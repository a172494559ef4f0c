package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.Flotilla;
import io.flotilla.journal.Corruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica that differs from the others is found. */
class VerifyIT {
  @TempDir Path data;

  @Test
  void a_corrupted_replica_is_found() throws Exception {
    Map<String, String> oftenACheckpoint = Map.of("FLOTILLA_JOURNAL_CHECKPOINT_ENTRIES", "1000");
    try (RealCluster cluster = RealCluster.start(data, 3, oftenACheckpoint)) {
      try (Flotilla client = cluster.client()) {
        for (int i = 0; i < 1100; i++) {
          Flotilla.await(client.kv().set("key/" + i % 10, "value " + i));
        }
      }
      cluster.awaitInSync();
      Awaitility.await("a checkpoint")
          .atMost(RealCluster.PATIENCE)
          .until(() -> Corruption.isPossible(cluster.dataOf(2)));
      assertThat(verify(cluster)).isZero();

      cluster.kill(2);
      Corruption.changeLastEvents(cluster.dataOf(2));
      cluster.start(2);
      cluster.awaitReady(2);

      Awaitility.await("n3 is found")
          .atMost(RealCluster.PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(verify(cluster)).isEqualTo(1);
                assertThat(lastLine()).contains("\"result\":\"n3 differs\"");
              });
    }
  }

  private int verify(RealCluster cluster) throws IOException, InterruptedException {
    Process verify =
        new ProcessBuilder(
                Path.of("flotilla").toAbsolutePath().toString(),
                "verify",
                "--http-addr",
                cluster.addresses(),
                "--log",
                log().toString())
            .redirectErrorStream(true)
            .redirectOutput(data.resolve("verify.txt").toFile())
            .start();
    assertThat(verify.waitFor(120, TimeUnit.SECONDS)).isTrue();
    return verify.exitValue();
  }

  private Path log() {
    return data.resolve("sync_log.txt");
  }

  private String lastLine() throws IOException {
    var lines = Files.readAllLines(log());
    return lines.get(lines.size() - 1);
  }
}

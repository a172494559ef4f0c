package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that was written for Consul, unchanged: Debian's python3-consul. */
class PythonConsulIT {
  private static final String PYTHON = "/usr/bin/python3";

  @TempDir Path data;

  @Test
  void its_key_value_calls_work_unchanged() throws Exception {
    runs("src/test/python/kv_client.py");
  }

  @Test
  void its_sessions_and_locks_work_unchanged() throws Exception {
    runs("src/test/python/session_client.py");
  }

  @Test
  void its_registry_calls_work_unchanged() throws Exception {
    runs("src/test/python/registry_client.py");
  }

  private void runs(String script) throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of(PYTHON)) && run("-c", "import consul").exitValue() == 0,
        "python3-consul is not installed");
    try (RealCluster cluster = RealCluster.start(data, 1)) {
      Process client = run(script, Integer.toString(cluster.httpPort(0)));
      assertThat(client.exitValue())
          .as(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isZero();
    }
  }

  private static Process run(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = PYTHON;
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.waitFor();
    return process;
  }
}

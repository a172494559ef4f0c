package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.FreePorts;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal in another program, {@link Ledger}, on three nodes: what was acknowledged stays. */
class LedgerIT {
  private static final int NODES = 3;

  @TempDir private Path dir;
  private final List<Integer> ports = FreePorts.next(2 * NODES);
  private final Process[] processes = new Process[NODES];

  @AfterEach
  void end() throws InterruptedException {
    for (Process process : processes) {
      if (process != null) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  private String seeds() {
    return String.join(
        ",",
        IntStream.range(0, NODES)
            .mapToObj(i -> "n%d@127.0.0.1:%d:%d".formatted(i, clusterPort(i), raftPort(i)))
            .toList());
  }

  private int clusterPort(int node) {
    return ports.get(2 * node);
  }

  private int raftPort(int node) {
    return ports.get(2 * node + 1);
  }

  private void start(int node) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            "io.flotilla.it.Ledger");
    builder
        .environment()
        .putAll(
            Map.of(
                "LEDGER_ID", "n" + node,
                "LEDGER_DATA", dir.resolve("n" + node).toString(),
                "LEDGER_PORT", Integer.toString(clusterPort(node)),
                "LEDGER_RAFT_PORT", Integer.toString(raftPort(node)),
                "LEDGER_SEEDS", seeds()));
    processes[node] =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(out(node).toFile()))
            .start();
  }

  private Path out(int node) {
    return dir.resolve("n" + node + ".log");
  }

  private void give(int node, long amount) {
    PrintStream in = new PrintStream(processes[node].getOutputStream(), true);
    in.println(amount);
  }

  private void awaitSum(int node, long sum) {
    await("n" + node + " says " + sum)
        .atMost(RealCluster.PATIENCE)
        .failFast(() -> assertThat(processes[node].isAlive()).as(text(node)).isTrue())
        .until(() -> text(node).lines().anyMatch(line -> line.equals("sum " + sum)));
  }

  private String text(int node) throws IOException {
    return Files.readString(out(node));
  }

  @Test
  void an_account_has_every_number_after_a_kill_of_its_node_and_moves_back_to_it()
      throws Exception {
    for (int node = 0; node < NODES; node++) {
      start(node);
    }
    for (long amount = 1; amount <= 5; amount++) {
      give(0, amount);
    }
    awaitSum(0, 15);
    processes[0].destroyForcibly().waitFor(); // kill -9
    give(1, 100);
    awaitSum(1, 115);
    start(0);
    give(0, 1000);
    awaitSum(0, 1115);
  }
}

package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeapTest {
  private static final long GIB = 1L << 30;

  @Test
  void nodes_share_half_of_the_memory_within_bounds() {
    assertThat(Heap.options(null, 3 * GIB, 1)).containsExactly("-Xms160m", "-Xmx1536m");
    assertThat(Heap.options(null, 3 * GIB, 3)).contains("-Xmx512m");
    assertThat(Heap.options("", GIB / 2, 3)).containsExactly("-Xms160m", "-Xmx160m");
    assertThat(Heap.options(null, 64 * GIB, 1)).contains("-Xmx2048m");
  }

  @Test
  void what_is_given_counts() {
    assertThat(Heap.options("3g", 4 * GIB, 3)).containsExactly("-Xmx3g");
  }

  @Test
  void the_launcher_decides_the_same_for_one_node() throws IOException {
    assertThat(launcher(null)).isEqualTo(String.join(" ", Heap.options(1)));
    assertThat(launcher("777m")).isEqualTo("-Xmx777m");
  }

  @Test
  void no_node_is_started_without_a_limit() {
    assertThat(Jvm.nodeCommand(3, List.of(), List.of("node"))).containsAll(Heap.options(3));
  }

  private static String launcher(String given) throws IOException {
    Path script = Path.of("src/main/resources/jvm/heap.sh").toAbsolutePath();
    ProcessBuilder shell =
        new ProcessBuilder("/bin/sh", "-ec", ". '" + script + "'; printf %s \"$heap\"");
    Map<String, String> environment = shell.environment();
    environment.remove("FLOTILLA_HEAP");
    if (given != null) {
      environment.put("FLOTILLA_HEAP", given);
    }
    return new String(shell.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}

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
    assertThat(Heap.option(null, 3 * GIB, 1)).isEqualTo("-Xmx1536m");
    assertThat(Heap.option(null, 3 * GIB, 3)).isEqualTo("-Xmx512m");
    assertThat(Heap.option("", GIB / 2, 3)).isEqualTo("-Xmx160m");
    assertThat(Heap.option(null, 64 * GIB, 1)).isEqualTo("-Xmx2048m");
  }

  @Test
  void what_is_given_counts() {
    assertThat(Heap.option("3g", 4 * GIB, 3)).isEqualTo("-Xmx3g");
  }

  @Test
  void the_launcher_decides_the_same_for_one_node() throws IOException {
    assertThat(launcher(null)).isEqualTo(Heap.option(1));
    assertThat(launcher("777m")).isEqualTo("-Xmx777m");
  }

  @Test
  void no_node_is_started_without_a_limit() {
    assertThat(Jvm.nodeCommand(3, List.of(), List.of("node"))).contains(Heap.option(3));
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

package io.flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.http.NodeReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeReportsTest {
  @TempDir Path data;

  private NodeReport report(String settings) {
    Config config =
        ConfigFactory.parseString("flotilla.node.data = \"" + data + "\"\n" + settings)
            .withFallback(ConfigFactory.load());
    return new NodeReports(config).make();
  }

  @Test
  void what_a_setting_calls_secret_is_nowhere_in_it() {
    NodeReport report =
        report(
            "flotilla.http.token = one-that-nobody-guesses\n"
                + "flotilla.dns.token = another-of-those\n"
                + "flotilla.cluster.name = of-one-that-nobody-guesses");
    assertThat(report.toString())
        .doesNotContain("one-that-nobody-guesses")
        .doesNotContain("another-of-those");
    assertThat(report.settings())
        .containsEntry("flotilla.http.token", "<hidden>")
        .containsEntry("flotilla.dns.token", "<hidden>")
        .containsEntry("flotilla.cluster.name", "\"of-<hidden>\"");
  }

  @Test
  void what_is_not_set_is_shown_as_such() {
    assertThat(report("").settings())
        .containsEntry("flotilla.http.token", "\"\"")
        .containsKeys("flotilla.store.quota", "flotilla.journal.port");
  }

  @Test
  void files_are_listed_and_not_read() throws IOException {
    Files.createDirectories(data.resolve("raft"));
    Files.writeString(data.resolve("raft/log_1"), "a stored value");
    NodeReport report = report("");
    assertThat(report.files()).containsEntry("raft/log_1", 14L);
    assertThat(report.toString()).doesNotContain("a stored value");
    assertThat(report.threads()).anyMatch(stack -> stack.startsWith("main RUNNABLE\n    at "));
    assertThat(report.jvm()).containsKeys("version", "options", "max-heap-bytes");
  }
}

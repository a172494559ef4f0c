package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flotilla.FreePorts;
import io.flotilla.Page;
import io.flotilla.Page.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs the commands in README, tour and runbooks. Each {@code sh} block with curl or dig in it is
 * run as a script, in order, against a fresh node for each page; a {@code text} block after it is
 * what it must print. A block without them is not run, and must begin with one of {@link #NOT_RUN};
 * so must every block of the other pages.
 */
class ReadmeIT {
  private static final List<String> NOT_RUN = List.of("./flotilla ", "mvn ", "bench/", "cd docker");

  /** The Spanish one has the same examples as the English, see DocsTest. */
  private static final Set<String> RUN =
      Set.of(
          "README.md",
          "README.es.md",
          "docs/tour.md",
          "docs/operating/backup.md",
          "docs/operating/debug.md",
          "docs/operating/metrics.md",
          "docs/operating/dns.md");

  private static final int DNS = FreePorts.next();

  @TempDir Path data;

  @ParameterizedTest
  @CsvSource({
    "README.md, 5, 2",
    "docs/tour.md, 55, 17",
    "docs/operating/dns.md, 10, 2",
    "docs/operating/backup.md, 2, 1",
    "docs/operating/debug.md, 1, 0",
    "docs/operating/metrics.md, 1, 0"
  })
  void every_command_prints_what_the_page_shows(String file, int commands, int outputs)
      throws Exception {
    List<Example> examples =
        Page.of(file).examples().stream().filter(e -> e.questions() > 0).toList();
    assertThat(examples.stream().mapToLong(Example::questions).sum())
        .as("commands in " + file)
        .isGreaterThanOrEqualTo(commands);
    assertThat(examples.stream().filter(e -> e.output() != null).count())
        .as("outputs in " + file)
        .isGreaterThanOrEqualTo(outputs);
    for (String program : List.of("curl", "dig")) {
      boolean used = examples.stream().anyMatch(e -> e.script().contains(program + " "));
      assumeTrue(!used || isInstalled(program), program + " is not installed");
    }

    SoftAssertions checks = new SoftAssertions();
    try (RealCluster cluster = RealCluster.start(data, 1, Map.of("FLOTILLA_DNS_PORT", "" + DNS))) {
      for (Example example : examples) {
        run(example, cluster.httpPort(0), checks);
      }
    }
    checks.assertAll();
  }

  @Test
  void a_block_that_is_not_run_is_of_a_known_kind() {
    assertThat(Page.all().stream().filter(page -> !isRun(page)).flatMap(p -> p.examples().stream()))
        .allMatch(example -> example.questions() == 0);
    assertThat(Page.all().stream().flatMap(page -> page.examples().stream()))
        .filteredOn(example -> example.questions() == 0)
        .isNotEmpty()
        .allMatch(example -> NOT_RUN.stream().anyMatch(example.script()::startsWith));
  }

  private static boolean isRun(Page page) {
    return RUN.contains(page.file().toString());
  }

  private void run(Example example, int port, SoftAssertions checks) throws Exception {
    String script =
        example.script().replaceAll("\\b850[012]\\b", "" + port).replaceAll("\\b8600\\b", "" + DNS);
    Path output = Files.createTempFile(data, "output", ".txt");
    Process shell =
        new ProcessBuilder("sh", "-e", "-c", script)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = shell.waitFor(RealCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    shell.destroyForcibly();
    String printed = Files.readString(output);
    checks
        .assertThat(ended && shell.waitFor() == 0)
        .as("this ended well:\n%s\nIt printed:\n%s", script, printed)
        .isTrue();
    if (example.output() != null) {
      checks.assertThat(masked(printed)).as(script).isEqualTo(masked(example.output()));
    }
  }

  /** Removes what differs from run to run, and what is only said where it takes long. */
  private static String masked(String output) {
    return output
        .replace("\r", "")
        .replaceAll("(?m)^(no answer yet, still trying .*|.* \\.\\.\\. [0-9.]+ s)\n", "")
        .replaceAll("\"Time\":\"[^\"]*\"", "\"Time\":\"-\"")
        .replaceAll("LastContact: \\d+", "LastContact: -")
        .replaceAll("\"TableVersion\":\"[^\"]*\"", "\"TableVersion\":\"-\"")
        .replaceAll("[0-9a-f]{64}", "-")
        .strip();
  }

  private static boolean isInstalled(String program) throws IOException, InterruptedException {
    return new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
  }
}

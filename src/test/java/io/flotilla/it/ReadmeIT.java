package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs what the README tells to run. A {@code sh} block with curl in it is run as one script, in
 * order, against a fresh node; the {@code text} block behind it, if there is one, is what it must
 * print. A block without curl is not run, and must begin with one of {@link #NOT_RUN}.
 */
class ReadmeIT {
  private static final Path README = Path.of("README.md");
  private static final List<String> NOT_RUN = List.of("./flotilla ", "mvn ", "bench/", "cd docker");
  private static final int LEAST_COMMANDS = 30;
  private static final int LEAST_OUTPUTS = 12;

  private static final Pattern BLOCK =
      Pattern.compile("^```sh\n(.*?)^```\n(?:\n*```text\n(.*?)^```\n)?", options());
  private static final Pattern CURL = Pattern.compile("\\bcurl ");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^):#]+)\\)");

  @TempDir Path data;

  /** What to run, and what it prints; null if the README does not say. */
  private record Example(String script, String output) {
    boolean isRun() {
      return CURL.matcher(script).find();
    }
  }

  private static int options() {
    return Pattern.DOTALL | Pattern.MULTILINE;
  }

  private static List<Example> examples() throws IOException {
    List<Example> all = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(README));
    while (block.find()) {
      all.add(new Example(block.group(1), block.group(2)));
    }
    return all;
  }

  @Test
  void every_curl_command_prints_what_the_readme_shows() throws Exception {
    List<Example> examples = examples().stream().filter(Example::isRun).toList();
    assertThat(examples.stream().mapToLong(e -> CURL.matcher(e.script()).results().count()).sum())
        .as("curl commands in the README")
        .isGreaterThanOrEqualTo(LEAST_COMMANDS);
    assertThat(examples.stream().filter(e -> e.output() != null).count())
        .as("outputs in the README")
        .isGreaterThanOrEqualTo(LEAST_OUTPUTS);
    assumeTrue(hasCurl(), "curl is not installed");

    SoftAssertions checks = new SoftAssertions();
    try (RealCluster cluster = RealCluster.start(data, 1)) {
      for (Example example : examples) {
        run(example, cluster.httpPort(0), checks);
      }
    }
    checks.assertAll();
  }

  @Test
  void a_block_that_is_not_run_is_of_a_known_kind() throws IOException {
    assertThat(examples().stream().filter(e -> !e.isRun()).map(Example::script))
        .isNotEmpty()
        .allMatch(script -> NOT_RUN.stream().anyMatch(script::startsWith));
  }

  @Test
  void every_link_leads_to_a_file() throws IOException {
    List<String> targets =
        LINK.matcher(Files.readString(README)).results().map(m -> m.group(1)).toList();
    assertThat(targets).hasSizeGreaterThan(20).allMatch(target -> Files.exists(Path.of(target)));
  }

  private void run(Example example, int port, SoftAssertions checks) throws Exception {
    String script = example.script().replaceAll("127\\.0\\.0\\.1:850[012]", "127.0.0.1:" + port);
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

  /** Without what differs from run to run. */
  private static String masked(String output) {
    return output
        .replace("\r", "")
        .replaceAll("\"Time\":\"[^\"]*\"", "\"Time\":\"-\"")
        .replaceAll("LastContact: \\d+", "LastContact: -")
        .replaceAll("\"TableVersion\":\"[^\"]*\"", "\"TableVersion\":\"-\"")
        .replaceAll("[0-9a-f]{64}", "-")
        .strip();
  }

  private static boolean hasCurl() throws IOException, InterruptedException {
    return new ProcessBuilder("sh", "-c", "command -v curl").start().waitFor() == 0;
  }
}

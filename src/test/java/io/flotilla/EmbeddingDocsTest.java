package io.flotilla;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each example in embedding.md is short, and a piece of a test. */
class EmbeddingDocsTest {
  private static final int MOST_LINES = 15;
  private static final Pattern BLOCK =
      Pattern.compile("^```(?:java|hocon)\n(.*?)^```\n", Pattern.DOTALL | Pattern.MULTILINE);

  @Test
  void each_example_is_a_piece_of_a_test_of_at_most_fifteen_lines() throws IOException {
    List<String> examples =
        BLOCK
            .matcher(Page.of("docs/embedding.md").text())
            .results()
            .map(block -> block.group(1))
            .toList();
    assertThat(examples)
        .isNotEmpty()
        .allSatisfy(example -> assertThat(example.lines().count()).isLessThanOrEqualTo(MOST_LINES));
    try (Stream<Path> tests = Files.walk(Path.of("src/test"))) {
      String all =
          tests
              .filter(f -> f.toString().matches(".*\\.(java|conf)"))
              .map(EmbeddingDocsTest::bare)
              .collect(joining());
      assertThat(examples).allSatisfy(example -> assertThat(all).contains(bare(example)));
    }
  }

  private static String bare(Path file) {
    try {
      return bare(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without indentation, which depends on what is around. */
  private static String bare(String code) {
    return code.lines().map(String::strip).collect(joining("\n", "", "\n"));
  }
}

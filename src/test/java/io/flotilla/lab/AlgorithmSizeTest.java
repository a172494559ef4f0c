package io.flotilla.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The algorithms can be read in one go, and know nothing of what runs them. */
class AlgorithmSizeTest {
  private static final int MOST_LINES = 150;
  private static final Path SOURCES = Path.of("src/main/java/io/flotilla/lab");

  static List<Path> sources() throws IOException {
    try (var files = Files.list(SOURCES)) {
      return files.filter(f -> f.toString().endsWith(".java")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("sources")
  void an_algorithm_is_at_most_150_lines_below_its_imports(Path source) throws IOException {
    List<String> lines = Files.readAllLines(source);
    long below =
        lines.stream()
            .dropWhile(l -> l.isBlank() || l.startsWith("package ") || l.startsWith("import "))
            .count();
    assertThat(below).isLessThanOrEqualTo(MOST_LINES);
  }

  @ParameterizedTest
  @MethodSource("sources")
  void an_algorithm_imports_its_own_package_and_what_the_product_balances_with(Path source)
      throws IOException {
    assertThat(Files.readAllLines(source))
        .filteredOn(l -> l.startsWith("import io.flotilla."))
        .allMatch(l -> l.matches("import io\\.flotilla\\.(lab|registry\\.balance)\\.[A-Z].*"));
  }
}

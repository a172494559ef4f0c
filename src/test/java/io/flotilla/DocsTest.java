package io.flotilla;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The links in the documentation work, and every page is linked. */
class DocsTest {
  private static final int README_BYTES = 6_000;
  private static final Path SOURCES = Path.of("src/main/java/io/flotilla");

  static List<Page> pages() {
    return Page.all();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void every_link_leads_to_a_file(Page page) {
    List<String> links = page.links().stream().filter(link -> !link.contains("://")).toList();
    assertThat(links).allSatisfy(link -> assertThat(page.target(link)).exists());
    assertThat(links)
        .filteredOn(link -> link.contains("#"))
        .allSatisfy(
            link -> {
              Page target = Page.of(page.target(link).toString());
              assertThat(target.hasHeading(link.replaceFirst(".*#", ""))).as(link).isTrue();
            });
  }

  @ParameterizedTest
  @MethodSource("readmes")
  void the_readme_is_short(Page readme) {
    assertThat(readme.text().getBytes(StandardCharsets.UTF_8).length)
        .isLessThanOrEqualTo(README_BYTES);
  }

  static Stream<Page> readmes() {
    return Stream.of("README.md", "README.es.md").map(Page::of);
  }

  @Test
  void both_languages_of_the_readme_show_the_same_examples() {
    Page english = Page.of("README.md");
    assertThat(english.examples()).isNotEmpty();
    assertThat(Page.of("README.es.md").examples()).isEqualTo(english.examples());
  }

  @Test
  void the_index_leads_to_every_page_and_every_decision() {
    Page index = Page.of("docs/README.md");
    List<Path> indexed = index.links().stream().map(index::target).toList();
    assertThat(pages())
        .extracting(Page::file)
        .filteredOn(file -> !file.startsWith("docs/lab") && !file.toString().contains("README"))
        .hasSizeGreaterThan(20)
        .isSubsetOf(indexed);
  }

  @Test
  void decisions_are_numbered_without_a_gap() throws IOException {
    List<String> files;
    try (Stream<Path> decisions = Files.list(Path.of("docs/decisions"))) {
      files = decisions.map(f -> f.getFileName().toString()).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    for (int i = 0; i < files.size(); i++) {
      assertThat(files.get(i)).startsWith(String.format("%04d-", i + 1));
      assertThat(Page.of("docs/decisions/" + files.get(i)).text())
          .startsWith("# " + (i + 1) + ". ");
    }
  }

  @Test
  void the_code_map_has_every_package_and_no_other() throws IOException {
    List<String> packages;
    try (Stream<Path> sources = Files.walk(SOURCES)) {
      packages =
          sources
              .filter(f -> f.endsWith("package-info.java"))
              .map(f -> SOURCES.relativize(f.getParent()).toString().replace('/', '.'))
              .toList();
    }
    List<String> mapped =
        Page.of("docs/code-map.md")
            .text()
            .lines()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.replaceFirst("\\| `([^`]+)`.*", "$1"))
            .toList();
    assertThat(mapped).containsExactlyInAnyOrderElementsOf(packages);
  }
}

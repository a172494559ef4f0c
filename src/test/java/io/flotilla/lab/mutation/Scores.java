package io.flotilla.lab.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What is kept of each wrong line in {@code mutants.tsv}, and the table of it in docs/lab. */
final class Scores {
  /** No seed catches it. */
  static final String ESCAPES = "ESCAPES";

  /** Doesn't compile. */
  static final String NO_JAVA = "no Java";

  /** Before the reason why the line isn't wrong. */
  static final String SAME = "= ";

  private static final Path PINNED = Path.of("src/test/resources/lab/mutants.tsv");

  private Scores() {}

  /** The results by the rewrites' ids. */
  static Map<String, String> read() throws IOException {
    Map<String, String> pinned = new TreeMap<>();
    for (String line : Files.readAllLines(PINNED)) {
      String[] halves = line.split("\t", 2);
      pinned.put(halves[1], halves[0]);
    }
    return pinned;
  }

  static void write(Map<String, String> results) throws IOException {
    List<String> lines = new ArrayList<>();
    results.forEach((id, result) -> lines.add(result + "\t" + id));
    Files.write(PINNED, lines);
  }

  /** The pages with the table, by language. */
  enum Page {
    ENGLISH("docs/lab/mutations.md"),
    SPANISH("docs/lab/mutations.es.md");

    private static final String RULE = "|---|---|---|---|---|---|---|---|\n";
    private final Path path;

    Page(String path) {
      this.path = Path.of(path);
    }

    /** The table stands at the end of the page. */
    String table() throws IOException {
      String page = Files.readString(path);
      return page.substring(page.indexOf(RULE) + RULE.length());
    }

    void rewrite(String table) throws IOException {
      String page = Files.readString(path);
      Files.writeString(path, page.substring(0, page.indexOf(RULE) + RULE.length()) + table);
    }
  }

  /** One row for each algorithm. */
  static String table(List<Suspect> suspects, Map<String, String> results) {
    StringBuilder table = new StringBuilder();
    for (Suspect suspect : suspects) {
      Collection<String> of = new ArrayList<>();
      results.forEach((id, result) -> addIf(suspect.owns(id), of, result));
      long same = of.stream().filter(r -> r.startsWith(SAME)).count();
      long escaped = of.stream().filter(r -> r.equals(ESCAPES)).count();
      long unseen = of.stream().filter(r -> r.endsWith(" unseen")).count();
      long thrown = of.stream().filter(r -> r.endsWith(" throws")).count();
      long wrong = of.stream().filter(r -> !r.equals(NO_JAVA)).count() - same;
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %d | %d | %d | %d | %d | %.0f %% |%n",
              String.join(", ", suspect.lessons()),
              wrong + same,
              same,
              wrong - escaped - thrown - unseen,
              unseen,
              thrown,
              escaped,
              Math.floor(100.0 * (wrong - escaped) / Math.max(1, wrong))));
    }
    return table.toString();
  }

  private static void addIf(boolean mine, Collection<String> of, String result) {
    if (mine) {
      of.add(result);
    }
  }
}

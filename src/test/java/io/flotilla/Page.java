package io.flotilla;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation: its examples, its links and its headings. */
public record Page(Path file, String text) {
  private static final int OPTIONS = Pattern.DOTALL | Pattern.MULTILINE;
  private static final Pattern EXAMPLE =
      Pattern.compile("^```sh\n(.*?)^```\n(?:\n*```text\n(.*?)^```\n)?", OPTIONS);
  private static final Pattern FENCED = Pattern.compile("^```.*?^```\n", OPTIONS);
  private static final Pattern RUN = Pattern.compile("\\b(?:curl|dig) ");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ +(.*)$", Pattern.MULTILINE);

  /**
   * A {@code sh} block and the {@code text} block after it.
   *
   * @param output what the script prints; null if the page does not say
   */
  public record Example(String script, String output) {
    /** How often it asks a node. */
    public long questions() {
      return RUN.matcher(script).results().count();
    }
  }

  public static Page of(String path) {
    return of(Path.of(path));
  }

  private static Page of(Path file) {
    try {
      return new Page(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every page of the project. */
  public static List<Page> all() {
    try (Stream<Path> top = Files.list(Path.of(""));
        Stream<Path> docs = Files.walk(Path.of("docs"));
        Stream<Path> bench = Files.list(Path.of("bench"))) {
      return Stream.of(top, docs, bench)
          .flatMap(s -> s)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .map(Page::of)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<Example> examples() {
    Matcher block = EXAMPLE.matcher(text);
    return block.results().map(b -> new Example(b.group(1), b.group(2))).toList();
  }

  /** The targets of its links, as written, without those in examples. */
  public List<String> links() {
    return LINK.matcher(prose()).results().map(m -> m.group(1)).toList();
  }

  /** The target of a link within the project; the page itself if the link names only a heading. */
  public Path target(String link) {
    String path = link.replaceFirst("#.*", "");
    return path.isEmpty() ? file : file.resolveSibling(path).normalize();
  }

  /** Whether a heading exists for {@code #anchor}, as GitHub forms anchors. */
  public boolean hasHeading(String anchor) {
    return HEADING
        .matcher(prose())
        .results()
        .map(m -> m.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", ""))
        .anyMatch(heading -> heading.replace(' ', '-').equals(anchor));
  }

  private String prose() {
    return FENCED.matcher(text).replaceAll("");
  }

  @Override
  public String toString() {
    return file.toString();
  }
}

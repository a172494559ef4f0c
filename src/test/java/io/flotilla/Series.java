package io.flotilla;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A series of metrics, as documented or as offered by a node.
 *
 * @param labels but for {@code le}, which each histogram has
 */
public record Series(String type, Set<String> labels) {
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z0-9_]+)` \\| (\\w+) \\| ([^|]*)\\|", Pattern.MULTILINE);
  private static final Pattern NAME_IN_TICKS = Pattern.compile("`(\\w+)`");
  private static final Pattern SAMPLE =
      Pattern.compile("^([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+$", Pattern.MULTILINE);
  private static final Pattern TYPE = Pattern.compile("^# TYPE (\\S+) (\\S+)$", Pattern.MULTILINE);
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern MODIFIER =
      Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern IDENTIFIER =
      Pattern.compile("(?<![\\w.$])[a-zA-Z_:][\\w:]*(?!\\w)(?!\\s*\\()");
  private static final Set<String> KEYWORDS = Set.of("and", "or", "unless", "bool", "offset");

  /** The rows of a page's tables whose first cell is a series. */
  public static Map<String, Series> documented(String page) {
    return ROW.matcher(page)
        .results()
        .collect(
            Collectors.toMap(
                row -> row.group(1),
                row -> new Series(row.group(2), found(NAME_IN_TICKS, row.group(3))),
                (one, other) -> {
                  throw new AssertionError("twice: " + one);
                },
                TreeMap::new));
  }

  /** What {@code /metrics} answered. */
  public static Map<String, Series> offered(String metrics) {
    Map<String, Series> all = new TreeMap<>();
    TYPE.matcher(metrics)
        .results()
        .forEach(type -> all.put(type.group(1), new Series(type.group(2), new TreeSet<>())));
    SAMPLE
        .matcher(metrics)
        .results()
        .forEach(
            sample -> {
              String labels = sample.group(2) == null ? "" : sample.group(2);
              Series series = all.get(family(sample.group(1), all));
              series.labels().addAll(found(LABEL, labels));
              series.labels().remove("le");
            });
    return all;
  }

  private static String family(String sample, Map<String, Series> all) {
    return all.containsKey(sample) ? sample : sample.replaceFirst("_(bucket|count|sum)$", "");
  }

  /** The names that can be asked for. */
  public static Set<String> names(Map<String, Series> all) {
    Set<String> names = new TreeSet<>();
    Map<String, String> parts = new HashMap<>();
    parts.put("histogram", "_bucket _count _sum");
    parts.put("summary", "_count _sum");
    all.forEach(
        (name, series) ->
            Arrays.stream(parts.getOrDefault(series.type(), "").split(" "))
                .forEach(part -> names.add(name + part)));
    return names;
  }

  /** The series that an expression of PromQL names. */
  public static Set<String> in(String expression) {
    String bare = expression.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"", "");
    bare = bare.replaceAll("\\{[^}]*}", "").replaceAll("\\[[^]]*]", "");
    bare = MODIFIER.matcher(bare).replaceAll(" ");
    Set<String> names = new TreeSet<>();
    IDENTIFIER.matcher(bare).results().map(MatchResult::group).forEach(names::add);
    names.removeAll(KEYWORDS);
    return names;
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(label -> label.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}

package io.flotilla.acl;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The rules for one kind of what has names: for exactly a name, and for all with a prefix. */
final class NamedRules {
  private final NavigableMap<String, Level> exact = new TreeMap<>();
  private final NavigableMap<String, Level> prefixes = new TreeMap<>();

  void add(String name, boolean isPrefix, Level level) {
    (isPrefix ? prefixes : exact).merge(name, level, Level::and);
  }

  void addAll(NamedRules others) {
    others.exact.forEach((name, level) -> add(name, false, level));
    others.prefixes.forEach((prefix, level) -> add(prefix, true, level));
  }

  /** What holds for a name; null if no rule is about it. */
  Level of(String name) {
    Level own = exact.get(name);
    return own == null ? ofLongestPrefix(name) : own;
  }

  /**
   * Each step looks at the last prefix that is not after the name in the order of texts. If that is
   * none of the name's, no longer one can be than what the two have in common.
   */
  private Level ofLongestPrefix(String name) {
    Map.Entry<String, Level> last = prefixes.floorEntry(name);
    while (last != null && !name.startsWith(last.getKey())) {
      last = prefixes.floorEntry(common(name, last.getKey()));
    }
    return last == null ? null : last.getValue();
  }

  private static String common(String name, String other) {
    int end = 0;
    while (name.charAt(end) == other.charAt(end)) { // they differ, and neither begins the other
      end++;
    }
    return name.substring(0, end);
  }

  /**
   * What holds for everything with this prefix at once: DENY if a rule gives less than is wanted of
   * anything in it. Null if no rule is about the whole of it.
   */
  Level ofAllUnder(String prefix, Level wanted) {
    for (NavigableMap<String, Level> rules : List.of(exact, prefixes)) {
      for (Map.Entry<String, Level> rule : rules.tailMap(prefix, true).entrySet()) {
        if (!rule.getKey().startsWith(prefix)) {
          break;
        }
        if (!rule.getValue().includes(wanted)) {
          return Level.DENY;
        }
      }
    }
    return ofLongestPrefix(prefix);
  }
}

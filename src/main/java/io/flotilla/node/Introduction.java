package io.flotilla.node;

import static io.flotilla.node.Bounds.bad;

import com.typesafe.config.Config;
import io.flotilla.journal.Seed;
import io.flotilla.registry.Member;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** How this node introduces itself to the catalog; the bounds are Consul's. */
final class Introduction {
  private static final int MOST_PAIRS = 64;
  private static final int LONGEST_KEY = 128;
  private static final int LONGEST_VALUE = 512;
  private static final String RESERVED = "consul-";
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]+");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private Introduction() {}

  /**
   * @param c at flotilla
   * @param pairs of node.meta
   * @param port of the HTTP API
   */
  static Member of(Config c, Seed self, List<String> pairs, int port) {
    return new Member(self.id(), self.host(), port, uuid(c.getString("node.uuid")), meta(pairs));
  }

  private static String uuid(String given) {
    String uuid = given.toLowerCase(Locale.ROOT);
    if (!uuid.isEmpty() && !UUID.matcher(uuid).matches()) {
      throw bad("node.uuid", "'" + given + "' isn't a UUID");
    }
    return uuid;
  }

  private static Map<String, String> meta(List<String> pairs) {
    if (pairs.size() > MOST_PAIRS) {
      throw bad("node.meta", "can't have more than " + MOST_PAIRS + " pairs");
    }
    Map<String, String> meta = new TreeMap<>();
    for (String pair : pairs) {
      int colon = pair.indexOf(':');
      String key = colon < 0 ? pair : pair.substring(0, colon);
      String value = colon < 0 ? "" : pair.substring(colon + 1);
      check(key, value);
      if (meta.put(key, value) != null) {
        throw bad("node.meta", "the key '" + key + "' is there twice");
      }
    }
    return meta;
  }

  private static void check(String key, String value) {
    if (!KEY.matcher(key).matches()) {
      throw bad("node.meta", "the key '" + key + "' must be of letters, digits, '-' and '_'");
    }
    if (key.startsWith(RESERVED)) {
      throw bad(
          "node.meta", "the key '" + key + "' begins with " + RESERVED + ", as Consul's own do");
    }
    if (key.length() > LONGEST_KEY || value.length() > LONGEST_VALUE) {
      throw bad(
          "node.meta",
          "the key '%s' has more than %d characters, or its value more than %d"
              .formatted(key, LONGEST_KEY, LONGEST_VALUE));
    }
  }
}

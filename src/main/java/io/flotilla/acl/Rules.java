package io.flotilla.acl;

import io.flotilla.entity.Refusal;
import io.flotilla.text.Hcl.Block;
import io.flotilla.text.Hcl.Entry;
import io.flotilla.text.Hcl.Text;
import io.flotilla.text.Hcl.Value;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a policy says, or several together, in Consul's language
 * (https://developer.hashicorp.com/consul/docs/security/acl/acl-rules). A rule for exactly a name
 * counts before those for prefixes of it, and of these the longest does. If several policies have a
 * rule for the same, see {@link Level#and}.
 */
public final class Rules {
  /** Each is read anew for every token that has it. */
  public static final int MAX_BYTES = 64 * 1024;

  private static final String PREFIX = "_prefix";

  /** Of other versions of Consul, and about what isn't here: they mean nothing. */
  private static final Set<String> WITHOUT_MEANING =
      Set.of("mesh", "peering", "identity", "identity_prefix");

  private final Map<Resource, NamedRules> named = new EnumMap<>(Resource.class);
  private final Map<Resource, Level> single = new EnumMap<>(Resource.class);

  private Rules() {}

  /** Reads HCL or JSON; refuses what it does not know, rather than give more than was meant. */
  public static Rules parse(String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw wrong("they have more than " + MAX_BYTES + " bytes");
    }
    Rules rules = new Rules();
    try {
      RuleText.read(text).entries().forEach(rules::add);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
    return rules;
  }

  private static Refusal wrong(String why) {
    return new Refusal("acl-invalid", "Failed to parse ACL rules: " + why);
  }

  static Rules none() {
    return new Rules();
  }

  void add(Resource resource, String name, boolean isPrefix, Level level) {
    namedOf(resource).add(name, isPrefix, level);
  }

  static Rules merged(Collection<Rules> all) {
    Rules merged = new Rules();
    for (Rules rules : all) {
      rules.named.forEach((resource, more) -> merged.namedOf(resource).addAll(more));
      rules.single.forEach((resource, level) -> merged.single.merge(resource, level, Level::and));
    }
    return merged;
  }

  private NamedRules namedOf(Resource resource) {
    return named.computeIfAbsent(resource, r -> new NamedRules());
  }

  /** What is given; empty if no rule says. */
  Optional<Level> of(Resource resource, String name) {
    return Optional.ofNullable(named.get(resource)).map(rules -> rules.of(name));
  }

  /** The same of what has no names. */
  Optional<Level> of(Resource resource) {
    return Optional.ofNullable(single.get(resource));
  }

  /** What is given of all of them with this prefix at once. */
  Optional<Level> ofAllUnder(Resource resource, String prefix, Level wanted) {
    return Optional.ofNullable(named.get(resource)).map(rules -> rules.ofAllUnder(prefix, wanted));
  }

  // ---- what the text means

  private void add(Entry rule) {
    String word = rule.key();
    boolean isPrefix = word.endsWith(PREFIX);
    Optional<Resource> of =
        Resource.of(isPrefix ? word.substring(0, word.length() - PREFIX.length()) : word);
    if (of.isPresent() && of.get().isNamed()) {
      for (Entry each : block(word, rule.value()).entries()) {
        checkText(each.key());
        Level level = level(of.get(), word, block(word, each.value()));
        add(of.get(), each.key(), isPrefix, level);
      }
    } else if (of.isPresent() && !isPrefix) {
      single.merge(of.get(), level(of.get(), word, rule.value()), Level::and);
    } else if (!WITHOUT_MEANING.contains(word)) {
      throw new IllegalArgumentException("there are no rules for '" + word + "'");
    }
  }

  private static Block block(String word, Value value) {
    if (value instanceof Block block) {
      return block;
    }
    throw new IllegalArgumentException(
        "a rule for " + word + " looks like this: " + word + " \"NAME\" { policy = \"read\" }");
  }

  private static Level level(Resource resource, String word, Block body) {
    Level level = null;
    for (Entry entry : body.entries()) {
      if (entry.key().equals("policy")) {
        Level given = level(resource, word, entry.value());
        level = level == null ? given : level.and(given);
      } else if (entry.key().equals("intentions") && resource == Resource.SERVICE) {
        level(resource, word + " intentions", entry.value()); // there are none here
      } else {
        throw new IllegalArgumentException("'" + entry.key() + "' is not part of a rule");
      }
    }
    if (level == null) {
      throw new IllegalArgumentException("a rule for " + word + " has no policy");
    }
    return level;
  }

  private static Level level(Resource resource, String word, Value value) {
    String given = value instanceof Text text ? text.value() : "{…}";
    return Level.of(given)
        .filter(level -> level != Level.LIST || resource == Resource.KEY)
        .orElseThrow(
            () -> new IllegalArgumentException("Invalid " + word + " policy: '" + given + "'"));
  }

  /** Escapes can make half of a surrogate pair, which is in no name. */
  private static void checkText(String name) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw new IllegalArgumentException("half of a surrogate pair is not valid text");
    }
  }
}

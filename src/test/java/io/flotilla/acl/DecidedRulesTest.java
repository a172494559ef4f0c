package io.flotilla.acl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Compares what rules decide with what they say, read in the simplest way. */
class DecidedRulesTest {
  record Rule(String name, boolean isPrefix, Level level) {
    String hcl() {
      return "key"
          + (isPrefix ? "_prefix" : "")
          + " \""
          + name
          + "\" { policy = \""
          + level.word()
          + "\" }\n";
    }

    String json() {
      return "{\"key"
          + (isPrefix ? "_prefix" : "")
          + "\": {\""
          + name
          + "\": {\"policy\": \""
          + level.word()
          + "\"}}}";
    }
  }

  /** Short ones of few letters, so that they begin one another. */
  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings().withChars('a', 'b', '/', 'é').ofMaxLength(5);
  }

  @Provide
  Arbitrary<List<Rule>> rules() {
    return Combinators.combine(names(), Arbitraries.of(true, false), Arbitraries.of(Level.class))
        .as(Rule::new)
        .list()
        .ofMaxSize(14);
  }

  private static Rules oneAfterAnother(List<Rule> rules) {
    StringBuilder text = new StringBuilder();
    rules.forEach(rule -> text.append(rule.hcl()));
    return Rules.parse(text.toString());
  }

  private static Rules merged(List<Rule> rules) {
    return Rules.merged(rules.stream().map(rule -> Rules.parse(rule.json())).toList());
  }

  /** The rules that count are those of the best kind: all of them for the very same. */
  private static Optional<Level> said(List<Rule> rules, String name) {
    List<Rule> exact = rules.stream().filter(r -> !r.isPrefix && r.name.equals(name)).toList();
    return strongest(exact.isEmpty() ? longest(rules, name) : exact);
  }

  private static List<Rule> longest(List<Rule> rules, String name) {
    List<Rule> of = rules.stream().filter(r -> r.isPrefix && name.startsWith(r.name)).toList();
    int most = of.stream().mapToInt(r -> r.name.length()).max().orElse(0);
    return of.stream().filter(r -> r.name.length() == most).toList();
  }

  private static Optional<Level> strongest(List<Rule> rules) {
    List<Level> order = List.of(Level.DENY, Level.WRITE, Level.LIST, Level.READ);
    return rules.stream().map(Rule::level).min(Comparator.comparing(order::indexOf));
  }

  @Property(seed = "1", tries = 2000)
  void whatIsSaidIsDecided(@ForAll("rules") List<Rule> rules, @ForAll("names") String name) {
    Optional<Level> said = said(rules, name);
    assertThat(oneAfterAnother(rules).of(Resource.KEY, name)).isEqualTo(said);
    assertThat(merged(rules).of(Resource.KEY, name)).isEqualTo(said);
  }

  /** Decided for the prefix, and for every name that any rule is about. */
  @Property(seed = "2", tries = 2000)
  void aTreeMayBeWrittenIfAllOfItMay(
      @ForAll("rules") List<Rule> rules,
      @ForAll("names") String prefix,
      @ForAll boolean otherwise) {
    List<Rule> within = rules.stream().filter(r -> r.name.startsWith(prefix)).toList();
    List<Rule> given = new ArrayList<>();
    for (Rule each : within) {
      List<Rule> same =
          rules.stream()
              .filter(r -> r.isPrefix == each.isPrefix && r.name.equals(each.name))
              .toList();
      given.add(new Rule(each.name, each.isPrefix, strongest(same).orElseThrow()));
    }
    Level base = strongest(longest(rules, prefix)).orElse(otherwise ? Level.WRITE : Level.DENY);
    boolean all = base == Level.WRITE && given.stream().allMatch(r -> r.level == Level.WRITE);
    Grant grant = new Grant("", merged(rules), otherwise ? Level.WRITE : Level.DENY);
    assertThat(grant.allowsAll(Resource.KEY, prefix, Level.WRITE)).isEqualTo(all);
  }
}

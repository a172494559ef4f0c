package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Consul's {@code ?filter=} (https://developer.hashicorp.com/consul/api-docs/features/filtering)
 * over the items of a JSON answer: {@code ==}, {@code !=}, {@code in}, {@code not in}, {@code
 * contains}, {@code not contains}, {@code is empty} and {@code is not empty}, joined by {@code
 * and}, {@code or}, {@code not} and parentheses. Regular expressions are not taken: with Java's, a
 * client could keep the server busy for ever.
 *
 * <p>Behind a selector that leads through a list, one of its items is enough.
 */
final class Filter {
  private static final int MAX_CHARS = 4096;

  /** As deep as parentheses and {@code not} may be nested. */
  private static final int MAX_DEPTH = 64;

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<text>\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`)|(?<sign>==|!=|\\(|\\))"
              + "|(?<word>[^\\s()=!\"`]+))");

  private final Predicate<JsonNode> predicate;

  private Filter(Predicate<JsonNode> predicate) {
    this.predicate = predicate;
  }

  /**
   * @param fields that an item has
   */
  static Filter parse(String text, Set<String> fields) {
    if (text.length() > MAX_CHARS) {
      throw bad("it has more than " + MAX_CHARS + " characters");
    }
    return new Filter(new Parser(tokens(text), fields).whole());
  }

  /** Chooses among the items of a list, or among the values of an object. */
  byte[] apply(byte[] json) {
    try {
      JsonNode all = Json.MAPPER.readTree(json);
      return Json.MAPPER.writeValueAsBytes(chosen(all));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // what this server wrote is JSON
    }
  }

  private JsonNode chosen(JsonNode all) {
    if (all instanceof ArrayNode list) {
      ArrayNode some = Json.MAPPER.createArrayNode();
      list.forEach(
          item -> {
            if (predicate.test(item)) {
              some.add(item);
            }
          });
      return some;
    }
    ObjectNode some = Json.MAPPER.createObjectNode();
    for (Map.Entry<String, JsonNode> e : all.properties()) {
      if (predicate.test(e.getValue())) {
        some.set(e.getKey(), e.getValue());
      }
    }
    return some;
  }

  private static ApiError bad(String why) {
    return new ApiError(
        akka.http.javadsl.model.StatusCodes.BAD_REQUEST,
        "bad-filter",
        "The filter can't be read: " + why + ".");
  }

  /**
   * @param quoted a string rather than a word
   */
  private record Token(String text, boolean quoted) {
    boolean is(String word) {
      return !quoted && text.equalsIgnoreCase(word);
    }
  }

  private static List<Token> tokens(String text) {
    List<Token> tokens = new ArrayList<>();
    String rest = text.stripTrailing();
    Matcher matcher = TOKEN.matcher(rest);
    int at = 0;
    while (at < rest.length()) {
      if (!matcher.find(at) || matcher.start() != at) {
        throw bad("something is wrong at '" + rest.substring(at).strip() + "'");
      }
      String quoted = matcher.group("text");
      if (quoted != null) {
        tokens.add(new Token(unquoted(quoted), true));
      } else {
        String sign = matcher.group("sign");
        tokens.add(new Token(sign != null ? sign : matcher.group("word"), false));
      }
      at = matcher.end();
    }
    return tokens;
  }

  private static String unquoted(String quoted) {
    String inside = quoted.substring(1, quoted.length() - 1);
    return quoted.startsWith("`") ? inside : inside.replaceAll("\\\\(.)", "$1");
  }

  /** {@code or} binds weaker than {@code and}, and that weaker than {@code not}. */
  private static final class Parser {
    private final List<Token> tokens;
    private final Set<String> fields;
    private int at;
    private int depth;

    Parser(List<Token> tokens, Set<String> fields) {
      this.tokens = tokens;
      this.fields = fields;
    }

    Predicate<JsonNode> whole() {
      Predicate<JsonNode> all = or();
      if (at < tokens.size()) {
        throw bad("'" + tokens.get(at).text() + "' is not expected");
      }
      return all;
    }

    private Predicate<JsonNode> or() {
      Predicate<JsonNode> left = and();
      while (take("or")) {
        left = left.or(and());
      }
      return left;
    }

    private Predicate<JsonNode> and() {
      Predicate<JsonNode> left = not();
      while (take("and")) {
        left = left.and(not());
      }
      return left;
    }

    private Predicate<JsonNode> not() {
      if (++depth > MAX_DEPTH) {
        throw bad("it is nested too deeply");
      }
      Predicate<JsonNode> one = take("not") ? not().negate() : group();
      depth--;
      return one;
    }

    private Predicate<JsonNode> group() {
      if (!take("(")) {
        return comparison();
      }
      Predicate<JsonNode> inside = or();
      if (!take(")")) {
        throw bad("a ')' is missing");
      }
      return inside;
    }

    private Predicate<JsonNode> comparison() {
      Token first = next();
      if (take("==")) {
        return equal(selector(first), next().text());
      } else if (take("!=")) {
        return equal(selector(first), next().text()).negate();
      } else if (take("is")) {
        boolean negated = take("not");
        expect("empty");
        return negate(negated, selector(first)::isEmpty);
      }
      boolean negated = take("not");
      if (take("in")) {
        return negate(negated, has(selector(next()), first.text()));
      } else if (take("contains")) {
        return negate(negated, has(selector(first), next().text()));
      } else if (take("matches")) {
        throw bad("regular expressions are not supported");
      }
      throw bad("behind '" + first.text() + "' a comparison is expected");
    }

    /** One that leads nowhere is a misspelt one. */
    private Selector selector(Token token) {
      String[] path = token.text().split("\\.");
      if (token.quoted() || path.length == 0 || !fields.contains(path[0])) {
        throw bad("there is no selector '" + token.text() + "' here");
      }
      return new Selector(path);
    }

    private static Predicate<JsonNode> negate(boolean negated, Predicate<JsonNode> p) {
      return negated ? p.negate() : p;
    }

    private static Predicate<JsonNode> equal(Selector selector, String value) {
      return item -> selector.of(item).stream().anyMatch(n -> n.asText().equals(value));
    }

    /** An item of a list, a key of an object, or a part of a string. */
    private static Predicate<JsonNode> has(Selector selector, String value) {
      return item ->
          selector.of(item).stream()
              .anyMatch(
                  n ->
                      n.isObject()
                          ? n.has(value)
                          : selector.endsInList(item)
                              ? n.asText().equals(value)
                              : n.asText().contains(value));
    }

    private boolean take(String word) {
      boolean there = at < tokens.size() && tokens.get(at).is(word);
      at += there ? 1 : 0;
      return there;
    }

    private void expect(String word) {
      if (!take(word)) {
        throw bad("'" + word + "' is expected");
      }
    }

    private Token next() {
      if (at == tokens.size()) {
        throw bad("it ends too soon");
      }
      Token token = tokens.get(at++);
      if (token.is("(") || token.is(")") || token.is("==") || token.is("!=")) {
        throw bad("'" + token.text() + "' is not expected");
      }
      return token;
    }
  }

  /** {@code Service.Meta.version}: the way to values, through objects and lists. */
  private record Selector(String[] path) {
    /** The values, those of a list one by one. */
    List<JsonNode> of(JsonNode item) {
      List<JsonNode> found = new ArrayList<>();
      raw(item).forEach(n -> flatten(n, found));
      return found;
    }

    boolean endsInList(JsonNode item) {
      return raw(item).stream().anyMatch(JsonNode::isArray);
    }

    boolean isEmpty(JsonNode item) {
      return raw(item).stream()
          .allMatch(n -> n.isNull() || (n.isContainerNode() ? n.isEmpty() : n.asText().isEmpty()));
    }

    private List<JsonNode> raw(JsonNode item) {
      List<JsonNode> now = List.of(item);
      for (String field : path) {
        List<JsonNode> next = new ArrayList<>();
        for (JsonNode node : now) {
          List<JsonNode> items = new ArrayList<>();
          flatten(node, items);
          items.stream().map(n -> n.get(field)).filter(n -> n != null).forEach(next::add);
        }
        now = next;
      }
      return now;
    }

    private static void flatten(JsonNode node, List<JsonNode> into) {
      if (node.isArray()) {
        node.forEach(into::add);
      } else {
        into.add(node);
      }
    }
  }
}

package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.http.FilterTokens.Token;
import io.flotilla.text.Regex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Consul's {@code ?filter=} (https://developer.hashicorp.com/consul/api-docs/features/filtering)
 * over the items of a JSON answer: {@code ==}, {@code !=}, {@code in}, {@code not in}, {@code
 * contains}, {@code not contains}, {@code is empty}, {@code is not empty}, {@code matches} and
 * {@code not matches}, joined by {@code and}, {@code or}, {@code not} and parentheses. The parser
 * uses no regular expressions.
 *
 * <p>If a selector leads through a list, one matching item is enough.
 */
final class Filter {
  private static final int MAX_CHARS = 4096;

  /** How deep parentheses and {@code not} may be nested. */
  private static final int MAX_DEPTH = 64;

  /** How many steps regular expressions may take over one answer: about a second. */
  private static final long MAX_STEPS = 50_000_000;

  private final Predicate<JsonNode> predicate;

  private Filter(Predicate<JsonNode> predicate) {
    this.predicate = predicate;
  }

  /**
   * @param fields of an item
   */
  static Filter parse(String text, Set<String> fields) {
    if (text.length() > MAX_CHARS) {
      throw bad("it has more than " + MAX_CHARS + " characters");
    }
    return new Filter(new Parser(FilterTokens.of(text), fields).whole());
  }

  /**
   * Selects items of a list, or values of an object.
   *
   * @param field of the answer that holds them; empty: the answer itself does
   */
  byte[] apply(byte[] json, String field) {
    try {
      JsonNode all = Json.MAPPER.readTree(json);
      if (field.isEmpty()) {
        return Json.MAPPER.writeValueAsBytes(chosen(all));
      } else if (all instanceof ObjectNode answer) {
        answer.set(field, chosen(answer.get(field)));
      }
      return Json.MAPPER.writeValueAsBytes(all);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // can't happen: this server wrote the JSON
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

  static ApiError bad(String why) {
    return new ApiError(
        akka.http.javadsl.model.StatusCodes.BAD_REQUEST,
        "bad-filter",
        "The filter can't be read: " + why + ".");
  }

  /** {@code not} binds tighter than {@code and}, which binds tighter than {@code or}. */
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
      List<Predicate<JsonNode>> any = new ArrayList<>(List.of(and()));
      while (take("or")) {
        any.add(and());
      }
      return any.size() == 1 ? any.get(0) : item -> any.stream().anyMatch(p -> p.test(item));
    }

    private Predicate<JsonNode> and() {
      List<Predicate<JsonNode>> all = new ArrayList<>(List.of(not()));
      while (take("and")) {
        all.add(not());
      }
      return all.size() == 1 ? all.get(0) : item -> all.stream().allMatch(p -> p.test(item));
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
        return negate(negated, matches(selector(first), next().text()));
      }
      throw bad("a comparison must follow '" + first.text() + "'");
    }

    /** An unknown selector is an error: it is probably misspelt. */
    private Selector selector(Token token) {
      List<String> path = token.path();
      if (token.quoted() || path.isEmpty() || !fields.contains(path.get(0))) {
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

    /** Matches an item of a list, a key of an object, or part of a string. */
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

    private static Predicate<JsonNode> matches(Selector selector, String expression) {
      Regex regex;
      try {
        regex = Regex.of(expression);
      } catch (IllegalArgumentException e) {
        throw bad(e.getMessage());
      }
      AtomicLong left = new AtomicLong(MAX_STEPS);
      return item ->
          selector.of(item).stream()
              .map(JsonNode::asText)
              .peek(text -> spend(left, regex.cost(text)))
              .anyMatch(regex::finds);
    }

    private static void spend(AtomicLong left, long steps) {
      if (left.addAndGet(-steps) < 0) {
        throw bad("its regular expression takes too long over so many items; ask for fewer");
      }
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
      if (token.isSign()) {
        throw bad("'" + token.text() + "' is not expected");
      }
      return token;
    }
  }

  /** A path to values through objects and lists, such as {@code Service.Meta.version}. */
  private record Selector(List<String> path) {
    /** The values found, with lists flattened. */
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

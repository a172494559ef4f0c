package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
  private static final Set<String> FIELDS = Set.of("ID", "Tags", "Meta", "Checks", "Port");

  private static final String ITEMS =
      "[{\"ID\":\"a\",\"Tags\":[\"x\",\"yy\"],\"Meta\":{\"v\":\"1\"},\"Port\":80,"
          + "\"Checks\":[{\"Status\":\"passing\"},{\"Status\":\"critical\"}]},"
          + "{\"ID\":\"b\",\"Tags\":[],\"Meta\":{\"v\":\"2\",\"w\":\"\"},\"Port\":81,"
          + "\"Checks\":[{\"Status\":\"passing\"}]}]";

  private static String chosen(String filter) throws IOException {
    JsonNode some =
        Json.MAPPER.readTree(Filter.parse(filter, FIELDS).apply(ITEMS.getBytes(UTF_8), ""));
    List<String> ids = new ArrayList<>();
    some.forEach(item -> ids.add(item.path("ID").asText()));
    return String.join("", ids);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ID == a | a",
        "ID == \"b\" | b",
        "ID != `a` | b",
        "Port == 80 | a",
        "Meta.v == 2 | b",
        "Meta.none == 2 | ''",
        "Meta.none != 2 | ab",
        "x in Tags | a",
        "y in Tags | ''",
        "x not in Tags | b",
        "Tags contains yy | a",
        "Tags not contains yy | b",
        "ID contains a | a",
        "w in Meta | b",
        "Tags is empty | b",
        "Tags is not empty | a",
        "Meta.w is empty | ab",
        "Checks.Status == critical | a",
        "Checks.Status != critical | b",
        "not ID == a | b",
        "ID == a or ID == b | ab",
        "ID == a and Port == 81 | ''",
        "ID == a or ID == b and Port == 80 | a",
        "(ID == a or ID == b) and Port == 81 | b",
        "not (ID == a) and not Port == 80 | b",
        "  ID==a  | a",
        "ID == \"a\\\"\" | ''",
        "ID matches \"^[ax]$\" | a",
        "ID not matches a | b",
        "Tags matches `y{2}` | a",
        "Meta[\"v\"] == 2 | b",
        "Meta[`v`] matches \"^1\" | a",
        "w in Meta and Meta[\"w\"] is empty | b",
        "Checks[\"Status\"] == critical | a",
      })
  void it_chooses(String filter, String ids) throws IOException {
    assertThat(chosen(filter)).isEqualTo(ids);
  }

  @Test
  void of_an_object_it_chooses_among_the_values() {
    byte[] object = "{\"k\":{\"ID\":\"a\"},\"l\":{\"ID\":\"b\"}}".getBytes(UTF_8);
    assertThat(new String(Filter.parse("ID == b", FIELDS).apply(object, ""), UTF_8))
        .isEqualTo("{\"l\":{\"ID\":\"b\"}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ID",
        "ID ==",
        "== a",
        "ID = a",
        "ID == a b",
        "(ID == a",
        "ID == a)",
        "ID == a and",
        "not",
        "ID is full",
        "ID == \"a",
        "Nowhere == a",
        "Nowhere.v == a",
        "\"ID\" == a",
        "ID matches \"(a\"",
        "ID matches \"(a{100}){100}\"",
        "ID matches \"a{1000}b{100}\"",
        "Meta[\"v\" == 1",
        "Meta[\"v] == 1",
        "Meta[v] == 1",
        "Meta[\"v\"]x == 1",
      })
  void what_can_not_be_read_is_an_error_with_a_reason(String filter) {
    assertThatThrownBy(() -> Filter.parse(filter, FIELDS))
        .isInstanceOf(ApiError.class)
        .hasMessageStartingWith("The filter can't be read: ");
  }

  /** With Java's regular expressions this takes for ever. */
  @Test
  void a_regular_expression_takes_time_in_proportion_to_the_text() throws IOException {
    String id = "a".repeat(2_000);
    byte[] item = ("[{\"ID\":\"" + id + "\"}]").getBytes(UTF_8);
    assertThat(Filter.parse("ID matches \"^(a+)+b$\"", FIELDS).apply(item, ""))
        .isEqualTo("[]".getBytes(UTF_8));
  }

  @Test
  void it_may_not_take_all_the_time_over_many_items() {
    String item = "{\"ID\":\"" + "a".repeat(1_000) + "\"},";
    byte[] items = ("[" + item.repeat(200) + "{}]").getBytes(UTF_8);
    Filter filter = Filter.parse("ID matches \"(?:a?){300}b\"", FIELDS);
    assertThatThrownBy(() -> filter.apply(items, "")).hasMessageContaining("takes too long");
  }

  @Test
  void it_can_be_neither_too_long_nor_too_deep() {
    assertThatThrownBy(() -> Filter.parse("(".repeat(100) + "ID == a" + ")".repeat(100), FIELDS))
        .isInstanceOf(ApiError.class);
    assertThatThrownBy(() -> Filter.parse("ID == " + "a".repeat(5000), FIELDS))
        .isInstanceOf(ApiError.class);
  }

  /** Text that would make a pattern with groups and repetitions recurse or backtrack. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ID == \"x\"",
        "ID == \"\\x\"",
        "ID == x",
        "ID == `x`",
        "ID ==x ID",
        "ID == \"x",
        "(x",
        "not x",
        "ID == a or x",
        "ID.x == a",
        "x in Tags",
        "!x",
        "=x",
      })
  void a_long_run_of_anything_is_read_or_refused_on_a_small_stack(String form) throws Exception {
    for (String part :
        List.of("a", "\\\"", "\\", "\"", "`", "(", ")", "not ", " ", "a.", "=", "ü")) {
      String run = part.repeat(4_080 / part.length());
      onASmallStack(() -> readOrRefused(form.replace("x", run)));
    }
  }

  @Test
  void hostile_filters_are_read_or_refused_on_a_small_stack() throws Exception {
    Random random = new Random(11);
    List<String> words =
        List.of(
            "ID",
            "Tags",
            "Meta.v",
            "Checks.Status",
            "==",
            "!=",
            "in",
            "not",
            "contains",
            "is",
            "empty",
            "and",
            "or",
            "(",
            ")",
            "a",
            "\"a\"",
            "`a`",
            "\"\\\"\"",
            "\"",
            "`",
            "=",
            "!");
    List<String> filters = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      StringBuilder filter = new StringBuilder();
      int length = 1 + random.nextInt(i % 100 == 0 ? 800 : 12);
      for (int w = 0; w < length; w++) {
        filter
            .append(words.get(random.nextInt(words.size())))
            .append(random.nextInt(5) > 0 ? " " : "");
      }
      filters.add(filter.toString());
    }
    onASmallStack(
        () -> {
          for (String filter : filters) {
            readOrRefused(filter);
          }
        });
  }

  /** Many terms form a list, not a deep tree that each item must traverse. */
  @Test
  void many_terms_are_chosen_by_on_a_small_stack() throws Exception {
    String many = "ID==z or ".repeat(440) + "ID==a";
    onASmallStack(() -> assertThat(chosen(many)).isEqualTo("a"));
  }

  private static void readOrRefused(String filter) throws IOException {
    try {
      chosen(filter);
    } catch (ApiError e) {
      assertThat(e).hasMessageStartingWith("The filter can't be read: ");
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  /** A quarter of Java's default stack; overflowing it fails the test. */
  private static void onASmallStack(Work work) throws Exception {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              work.run();
              return null;
            });
    Thread thread = new Thread(null, task, "small", 256 * 1024);
    thread.start();
    task.get();
    thread.join();
  }
}

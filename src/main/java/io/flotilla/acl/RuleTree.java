package io.flotilla.acl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the text of a policy says, before anybody asks what it means. */
sealed interface RuleTree {
  /** {@code key "foo" { policy = "read" }} has three keys inside one another. */
  int DEPTH = 3;

  record Text(String value) implements RuleTree {}

  /** A key may be in it several times. */
  record Block(List<Entry> entries) implements RuleTree {}

  record Entry(String key, RuleTree value) {}

  /**
   * Reads HCL or JSON.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static Block read(String text) {
    return text.stripLeading().startsWith("{") ? ofJson(text) : Hcl.read(text);
  }

  private static Block ofJson(String text) {
    try {
      List<Entry> entries = new ArrayList<>();
      addAll(entries, Json.MAPPER.readTree(text), 0);
      return new Block(entries);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  private static void addAll(List<Entry> entries, JsonNode object, int depth) {
    if (depth == DEPTH) {
      throw new IllegalArgumentException("objects are nested too deeply");
    }
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      Iterable<JsonNode> values =
          field.getValue().isArray() ? field.getValue() : List.of(field.getValue());
      for (JsonNode value : values) {
        entries.add(new Entry(field.getKey(), of(value, depth + 1)));
      }
    }
  }

  private static RuleTree of(JsonNode value, int depth) {
    if (value.isTextual()) {
      return new Text(value.textValue());
    } else if (!value.isObject()) {
      throw new IllegalArgumentException("only texts and objects are expected");
    }
    List<Entry> entries = new ArrayList<>();
    addAll(entries, value, depth);
    return new Block(entries);
  }

  /** Holds the reader. */
  final class Json {
    private static final JsonMapper MAPPER =
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION) // or the last would count
            .build();

    private Json() {}
  }
}

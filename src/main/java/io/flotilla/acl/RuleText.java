package io.flotilla.acl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flotilla.text.Hcl;
import io.flotilla.text.Hcl.Block;
import io.flotilla.text.Hcl.Entry;
import io.flotilla.text.Hcl.Text;
import io.flotilla.text.Hcl.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the text of a policy says, before anybody asks what it means. */
final class RuleText {
  /** {@code key "foo" { policy = "read" }} has three keys inside one another. */
  private static final int DEPTH = 3;

  private RuleText() {}

  /**
   * Reads HCL or JSON.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static Block read(String text) {
    return text.stripLeading().startsWith("{") ? ofJson(text) : Hcl.readTexts(text, DEPTH);
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

  private static Value of(JsonNode value, int depth) {
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
  private static final class Json {
    private static final JsonMapper MAPPER =
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION) // or the last would count
            .build();

    private Json() {}
  }
}

package io.flotilla.http;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * The JSON object a client sent. Consul's clients write the names of fields in any case: {@code
 * name}, {@code Name}, {@code ID}, {@code Id}. Fields that nobody asks for are ignored.
 */
final class JsonBody {
  private final JsonNode node;

  private JsonBody(JsonNode node) {
    this.node = node;
  }

  /** An empty body is an empty object. */
  static JsonBody object(HttpEntity.Strict body) {
    JsonNode node = parse(body);
    if (node == null || node.isMissingNode() || node.isNull()) {
      return new JsonBody(Json.MAPPER.createObjectNode());
    }
    return object(node);
  }

  static JsonBody object(JsonNode node) {
    if (!node.isObject()) {
      throw malformed("a JSON object is expected");
    }
    return new JsonBody(node);
  }

  /** An array of objects. */
  static List<JsonBody> array(HttpEntity.Strict body) {
    JsonNode node = parse(body);
    if (node == null || !node.isArray()) {
      throw malformed("a JSON array is expected");
    }
    List<JsonBody> items = new ArrayList<>();
    node.forEach(item -> items.add(object(item)));
    return items;
  }

  private static JsonNode parse(HttpEntity.Strict body) {
    try {
      JsonNode node = Json.MAPPER.readTree(body.getData().toArrayUnsafe());
      checkText(node);
      return node;
    } catch (IOException e) {
      throw malformed(
          e instanceof com.fasterxml.jackson.core.JsonProcessingException j
              ? j.getOriginalMessage()
              : e.getMessage());
    }
  }

  /**
   * Half of a surrogate pair, which an escape can name, is no character. Stored it would become
   * another one, and the key another key.
   */
  private static void checkText(JsonNode whole) {
    Deque<JsonNode> left = new ArrayDeque<>(List.of(whole));
    while (!left.isEmpty()) {
      JsonNode node = left.pop();
      node.forEach(left::push);
      node.fieldNames().forEachRemaining(JsonBody::checkText);
      if (node.isTextual()) {
        checkText(node.textValue());
      }
    }
  }

  private static void checkText(String text) {
    if (text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw malformed("half of a surrogate pair is no text");
    }
  }

  private static ApiError malformed(String why) {
    return new ApiError(
        StatusCodes.BAD_REQUEST, "bad-json", "The body is not what this path takes: " + why + ".");
  }

  /** Null if it is missing or null. */
  JsonNode get(String name) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (field.getKey().equalsIgnoreCase(name)) {
        return field.getValue().isNull() ? null : field.getValue();
      }
    }
    return null;
  }

  /** The names as they were written. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  String text(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return "";
    }
    if (!value.isTextual()) {
      throw malformed("'" + name + "' must be a string");
    }
    return value.textValue();
  }

  /** An unsigned 64-bit number; 0 if it is missing. */
  long unsigned(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return 0;
    }
    if (!value.isIntegralNumber()
        || value.bigIntegerValue().signum() < 0
        || value.bigIntegerValue().bitLength() > 64) {
      throw malformed("'" + name + "' must be a whole number from 0 to 2^64-1");
    }
    return value.bigIntegerValue().longValue();
  }

  List<JsonNode> list(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      throw malformed("'" + name + "' must be a list");
    }
    List<JsonNode> items = new ArrayList<>();
    value.forEach(items::add);
    return items;
  }

  List<String> texts(String name) {
    return list(name).stream()
        .map(
            item -> {
              if (!item.isTextual()) {
                throw malformed("'" + name + "' must be a list of strings");
              }
              return item.textValue();
            })
        .toList();
  }
}

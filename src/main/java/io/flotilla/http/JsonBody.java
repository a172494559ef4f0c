package io.flotilla.http;

import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.StatusCodes;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A JSON object sent by a client, with readers for its fields; null counts as missing. Consul's
 * clients write field names in any case: {@code name}, {@code Name}, {@code ID}, {@code Id}; of
 * several that differ only in case the first counts. {@code service_id} is {@code ServiceID}, as in
 * files of Consul's agent. Unknown fields are ignored.
 */
final class JsonBody {
  private final JsonNode node;

  private final String path;

  private JsonBody(JsonNode node, String path) {
    if (!node.isObject()) {
      throw malformed("a JSON object is expected");
    }
    this.node = node;
    this.path = path;
  }

  /** Reads an object; an empty body counts as an empty one. */
  static JsonBody object(HttpEntity.Strict body) {
    JsonNode node = parse(body);
    if (node == null || node.isMissingNode() || node.isNull()) {
      return new JsonBody(Json.MAPPER.createObjectNode(), "");
    }
    return object(node);
  }

  static JsonBody object(JsonNode node) {
    return new JsonBody(node, "");
  }

  /**
   * @param path prefix of the names of numbers in error messages, such as {@code Weights.}
   */
  static JsonBody object(JsonNode node, String path) {
    return new JsonBody(node, path);
  }

  /** An array of objects. */
  static List<JsonBody> array(HttpEntity.Strict body) {
    JsonNode node = parse(body);
    if (node == null || !node.isArray()) {
      throw malformed("a JSON array is expected");
    }
    return items(node).map(JsonBody::object).toList();
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
   * Rejects lone surrogates, which escapes can produce but UTF-8 can't encode: stored, such a
   * character would become another one, and the key another key.
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
      throw malformed("half of a surrogate pair is not valid text");
    }
  }

  private static ApiError malformed(String why) {
    return new ApiError(
        StatusCodes.BAD_REQUEST, "bad-json", "The body is not what this path takes: " + why + ".");
  }

  private static Stream<JsonNode> items(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  /** A field of any kind; null if missing. */
  JsonNode get(String name) {
    JsonNode value = null;
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (field.getKey().equalsIgnoreCase(name)) {
        return present(field.getValue());
      } else if (value == null && isSnakeCase(field.getKey(), name)) {
        value = present(field.getValue());
      }
    }
    return value;
  }

  private static JsonNode present(JsonNode value) {
    return value.isNull() ? null : value;
  }

  private static boolean isSnakeCase(String field, String name) {
    return field.indexOf('_') > 0 && field.replace("_", "").equalsIgnoreCase(name);
  }

  boolean has(String name) {
    return get(name) != null;
  }

  /** Whether the field has a non-empty value of any kind. */
  boolean isGiven(String name) {
    JsonNode value = get(name);
    return value != null
        && !(value.isTextual() && value.textValue().isEmpty())
        && !(value.isContainerNode() && value.isEmpty());
  }

  /** The field names as written. */
  List<String> names() {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** Empty if missing. */
  String text(String name) {
    JsonNode value = get(name);
    if (value != null && !value.isTextual()) {
      throw malformed("'" + name + "' must be a string");
    }
    return value == null ? "" : value.textValue();
  }

  boolean flag(String name) {
    JsonNode value = get(name);
    if (value != null && !value.isBoolean()) {
      throw ApiError.badParameter("'" + name + "' must be true or false.");
    }
    return value != null && value.booleanValue();
  }

  /** An unsigned 64-bit number; 0 if missing. */
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

  /** A whole number from 0 to {@code max}. */
  int number(String name, int max, int otherwise) {
    return (int) number(name, (long) max, otherwise);
  }

  private long number(String name, long max, long otherwise) {
    JsonNode value = get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < 0
        || value.longValue() > max) {
      throw ApiError.badParameter(
          "'" + path + name + "' must be a whole number from 0 to " + max + ".");
    }
    return value.longValue();
  }

  /** In milliseconds: {@code "10s"}, or a number of nanoseconds. 0 if missing or empty. */
  long millis(String name) {
    JsonNode value = get(name);
    if (value == null || value.isTextual() && value.textValue().isEmpty()) {
      return 0;
    }
    Duration duration =
        value.isTextual()
            ? Params.duration(name, value.textValue())
            : Duration.ofNanos(number(name, Duration.ofDays(3650).toNanos(), 0));
    if (!duration.isZero() && duration.toMillis() == 0) {
      throw ApiError.badParameter("'" + name + "' must be 1ms or more.");
    }
    return duration.toMillis();
  }

  /** Null if missing. */
  JsonBody child(String name) {
    JsonNode value = get(name);
    return value == null ? null : object(value);
  }

  /** Empty if missing. */
  Stream<JsonNode> list(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return Stream.empty();
    }
    if (!value.isArray()) {
      throw malformed("'" + name + "' must be a list");
    }
    return items(value);
  }

  /** Empty if missing. */
  List<String> texts(String name) {
    return list(name)
        .map(
            item -> {
              if (!item.isTextual()) {
                throw malformed("'" + name + "' must be a list of strings");
              }
              return item.textValue();
            })
        .toList();
  }

  /** Pairs of strings in their original order; empty if missing. */
  Map<String, String> pairs(String name) {
    Map<String, String> pairs = new LinkedHashMap<>();
    JsonNode value = get(name);
    if (value == null) {
      return pairs;
    }
    if (!value.isObject()) {
      throw ApiError.badParameter("'" + name + "' must be an object of strings.");
    }
    for (Map.Entry<String, JsonNode> e : value.properties()) {
      if (!e.getValue().isTextual()) {
        throw ApiError.badParameter("'" + name + "." + e.getKey() + "' must be a string.");
      }
      pairs.put(e.getKey(), e.getValue().textValue());
    }
    return pairs;
  }
}

package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.registry.Address;
import io.flotilla.registry.Key;
import io.flotilla.registry.Service;
import io.flotilla.registry.ServiceRegistration;
import io.flotilla.registry.Weights;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What registrations of services, nodes and checks have in common, and its limits. */
final class RegistryBody {
  /** With all of its tags, meta and checks a service is smaller. */
  static final int MAX_BYTES = 256 * 1024;

  static final int MAX_NAME_BYTES = 512;
  static final int MAX_NOTES_BYTES = 4096;

  /** Of the output of a check, what is beyond is cut off. */
  static final int MAX_OUTPUT_CHARS = 4096;

  private static final int MAX_META = 64;
  private static final int MAX_META_KEY_BYTES = 128;
  private static final int MAX_META_VALUE_BYTES = 512;
  private static final int MAX_TAGS_AND_META_BYTES = 64 * 1024;
  private static final int MAX_WEIGHT = 65_535;

  private RegistryBody() {}

  /** Its id is its name where none is given. */
  static Service service(JsonBody body, String node, String name, boolean agent) {
    required(name, "the service's name");
    String id = body.text("ID").isEmpty() ? name : body.text("ID");
    String address = bounded("Address", body.text("Address"), MAX_NAME_BYTES);
    if (List.of("0.0.0.0", "::", "[::]").contains(address)) {
      throw ApiError.badParameter(
          "Invalid service address '" + address + "': nobody can connect to it.");
    }
    List<String> tags = body.texts("Tags");
    Map<String, String> meta = meta(body.get("Meta"), "Meta");
    if (bytes(tags) + bytes(meta) > MAX_TAGS_AND_META_BYTES) {
      throw ApiError.badParameter(
          "Tags and Meta have more than " + MAX_TAGS_AND_META_BYTES + " bytes.");
    }
    return Service.registered(
        new Key(node, bounded("ID", id, MAX_NAME_BYTES)),
        new ServiceRegistration(
            bounded("Name", name, MAX_NAME_BYTES),
            tags,
            address,
            port(body.get("Port"), "Port"),
            addresses(body.get("TaggedAddresses")),
            meta,
            weights(child(body, "Weights")),
            flag(body, "EnableTagOverride"),
            agent));
  }

  private static Weights weights(JsonBody body) {
    return body == null
        ? Weights.EQUAL
        : new Weights(
            weight(body.get("Passing"), "Weights.Passing"),
            weight(body.get("Warning"), "Weights.Warning"));
  }

  static String required(String value, String what) {
    if (value.isEmpty()) {
      throw ApiError.badParameter("Missing " + what + ".");
    }
    return value;
  }

  static String bounded(String name, String text, int maxBytes) {
    if (length(text) > maxBytes) {
      throw ApiError.badParameter("'" + name + "' has more than " + maxBytes + " bytes.");
    }
    return text;
  }

  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  static String output(String text) {
    return text.length() <= MAX_OUTPUT_CHARS ? text : text.substring(0, MAX_OUTPUT_CHARS);
  }

  static JsonBody child(JsonBody body, String name) {
    JsonNode node = body.get(name);
    return node == null ? null : JsonBody.object(node);
  }

  static boolean flag(JsonBody body, String name) {
    JsonNode value = body.get(name);
    if (value != null && !value.isBoolean()) {
      throw ApiError.badParameter("'" + name + "' must be true or false.");
    }
    return value != null && value.booleanValue();
  }

  static Map<String, String> meta(JsonNode node, String name) {
    Map<String, String> meta = texts(node, name);
    if (meta.size() > MAX_META) {
      throw ApiError.badParameter("'" + name + "' has more than " + MAX_META + " pairs.");
    }
    meta.forEach(
        (key, value) -> {
          if (key.isEmpty() || !key.chars().allMatch(RegistryBody::isOfMetaKey)) {
            throw ApiError.badParameter(
                "A key of '" + name + "' has letters, digits, '_' and '-' only.");
          }
          bounded("key of " + name, key, MAX_META_KEY_BYTES);
          bounded(name + "." + key, value, MAX_META_VALUE_BYTES);
        });
    return meta;
  }

  private static boolean isOfMetaKey(int c) {
    return c < 0x80 && Character.isLetterOrDigit(c) || c == '_' || c == '-';
  }

  static Map<String, String> texts(JsonNode node, String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (node == null) {
      return texts;
    }
    if (!node.isObject()) {
      throw ApiError.badParameter("'" + name + "' must be an object of strings.");
    }
    for (Map.Entry<String, JsonNode> e : node.properties()) {
      if (!e.getValue().isTextual()) {
        throw ApiError.badParameter("'" + name + "." + e.getKey() + "' must be a string.");
      }
      texts.put(e.getKey(), e.getValue().textValue());
    }
    return texts;
  }

  private static Map<String, Address> addresses(JsonNode node) {
    Map<String, Address> addresses = new LinkedHashMap<>();
    if (node == null) {
      return addresses;
    }
    if (!node.isObject() || node.size() > MAX_META) {
      throw ApiError.badParameter("'TaggedAddresses' must be an object of at most 64 addresses.");
    }
    for (Map.Entry<String, JsonNode> e : node.properties()) {
      JsonBody one = JsonBody.object(e.getValue());
      addresses.put(
          bounded("TaggedAddresses", e.getKey(), MAX_META_KEY_BYTES),
          new Address(
              bounded("Address", one.text("Address"), MAX_NAME_BYTES),
              port(one.get("Port"), "TaggedAddresses." + e.getKey() + ".Port")));
    }
    return addresses;
  }

  private static int port(JsonNode value, String name) {
    return (int) number(value, name, 0, 65_535, 0);
  }

  private static int weight(JsonNode value, String name) {
    return (int) number(value, name, 0, MAX_WEIGHT, 1);
  }

  static long number(JsonNode value, String name, long min, long max, long otherwise) {
    if (value == null) {
      return otherwise;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < min
        || value.longValue() > max) {
      throw ApiError.badParameter(
          "'" + name + "' must be a whole number from " + min + " to " + max + ".");
    }
    return value.longValue();
  }

  /** In milliseconds: {@code "10s"}, or a number of nanoseconds. 0 if it is missing or empty. */
  static long millis(JsonNode value, String name) {
    if (value == null || value.isTextual() && value.textValue().isEmpty()) {
      return 0;
    }
    Duration duration =
        value.isTextual()
            ? Params.duration(name, value.textValue())
            : Duration.ofNanos(number(value, name, 0, Duration.ofDays(3650).toNanos(), 0));
    if (!duration.isZero() && duration.toMillis() == 0) {
      throw ApiError.badParameter("'" + name + "' must be 1ms or more.");
    }
    return duration.toMillis();
  }

  private static long bytes(List<String> texts) {
    return texts.stream().mapToLong(RegistryBody::length).sum();
  }

  private static long bytes(Map<String, String> texts) {
    return texts.entrySet().stream()
        .mapToLong(e -> length(e.getKey()) + length(e.getValue()))
        .sum();
  }
}

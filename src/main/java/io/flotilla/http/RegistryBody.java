package io.flotilla.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.registry.Address;
import io.flotilla.registry.Key;
import io.flotilla.registry.Node;
import io.flotilla.registry.Service;
import io.flotilla.registry.ServiceRegistration;
import io.flotilla.registry.Stamp;
import io.flotilla.registry.Weights;
import io.flotilla.text.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Common parts of the registrations of services, nodes and checks, with their limits. */
final class RegistryBody {
  /** Larger than a service with all of its tags, meta and checks. */
  static final int MAX_BYTES = 256 * 1024;

  static final int MAX_NAME_BYTES = 512;
  static final int MAX_NOTES_BYTES = 4096;

  /** The output of a check is cut off after this. */
  static final int MAX_OUTPUT_BYTES = 4096;

  private static final int MAX_META = 64;
  private static final int MAX_META_KEY_BYTES = 128;
  private static final int MAX_META_VALUE_BYTES = 512;
  private static final int MAX_TAGS_AND_META_BYTES = 64 * 1024;
  private static final int MAX_WEIGHT = 65_535;
  private static final int MAX_PORT = 65_535;

  private RegistryBody() {}

  /**
   * The id defaults to the name.
   *
   * @param owner see {@link Service#owner}
   */
  static Service service(JsonBody body, String node, String name, boolean agent, String owner) {
    required(name, "the service's name");
    String id = body.text("ID").isEmpty() ? name : body.text("ID");
    String address = bounded("Address", body.text("Address"), MAX_NAME_BYTES);
    if (List.of("0.0.0.0", "::", "[::]").contains(address)) {
      throw ApiError.badParameter(
          "Invalid service address '" + address + "': clients can't connect to it.");
    }
    List<String> tags = body.texts("Tags");
    Map<String, String> meta = meta(body, "Meta");
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
            body.number("Port", MAX_PORT, 0),
            addresses(body.get("TaggedAddresses")),
            meta,
            weights(body.get("Weights")),
            body.flag("EnableTagOverride"),
            agent,
            false),
        owner);
  }

  /**
   * @param meta the field that has it
   */
  static Node node(JsonBody body, String name, String meta) {
    return new Node(
        name,
        bounded("ID", body.text("ID"), MAX_NAME_BYTES),
        bounded("Address", body.text("Address"), MAX_NAME_BYTES),
        meta(body, "TaggedAddresses"),
        meta(body, meta),
        false,
        Stamp.NONE);
  }

  private static Weights weights(JsonNode weights) {
    return weights == null
        ? Weights.EQUAL
        : new Weights(weight(weights, "Passing"), weight(weights, "Warning"));
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
    return Utf8.beginning(text, MAX_OUTPUT_BYTES);
  }

  static Map<String, String> meta(JsonBody body, String name) {
    Map<String, String> meta = body.pairs(name);
    if (meta.size() > MAX_META) {
      throw ApiError.badParameter("'" + name + "' has more than " + MAX_META + " pairs.");
    }
    meta.forEach(
        (key, value) -> {
          if (key.isEmpty() || !key.chars().allMatch(RegistryBody::isOfMetaKey)) {
            throw ApiError.badParameter(
                "A key of '" + name + "' may contain only letters, digits, '_' and '-'.");
          }
          bounded("key of " + name, key, MAX_META_KEY_BYTES);
          bounded(name + "." + key, value, MAX_META_VALUE_BYTES);
        });
    return meta;
  }

  private static boolean isOfMetaKey(int c) {
    return c < 0x80 && Character.isLetterOrDigit(c) || c == '_' || c == '-';
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
      JsonBody one = JsonBody.object(e.getValue(), "TaggedAddresses." + e.getKey() + ".");
      addresses.put(
          bounded("TaggedAddresses", e.getKey(), MAX_META_KEY_BYTES),
          new Address(
              bounded("Address", one.text("Address"), MAX_NAME_BYTES),
              one.number("Port", MAX_PORT, 0)));
    }
    return addresses;
  }

  private static int weight(JsonNode weights, String name) {
    return JsonBody.object(weights, "Weights.").number(name, MAX_WEIGHT, 1);
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

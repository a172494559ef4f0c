package io.flotilla.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How this client uses Jackson. It reads answers; fields that this client does not know are
 * ignored, so that servers may grow.
 */
final class Jackson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
          .build();

  /** Has the code of an error. Its message is text on Consul's paths and JSON on others. */
  private static final String ERROR = "X-Flotilla-Error";

  private Jackson() {}

  static <T> T read(Transport.Answer answer, TypeReference<T> type) {
    try {
      return MAPPER.readValue(answer.body(), type);
    } catch (IOException e) {
      throw new FlotillaException(
          answer.status(),
          FlotillaException.BAD_ANSWER,
          answer.address() + " answered with something that is not Flotilla's JSON",
          e);
    }
  }

  static <T> T read(String json, TypeReference<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (IOException e) {
      throw new FlotillaException(0, FlotillaException.BAD_ANSWER, "not an event: " + json, e);
    }
  }

  /** A number in an object; 0 if it is not there. */
  static long number(String json, String field) {
    return tree(json).path(field).asLong();
  }

  /** A string in an object; empty if it is not there. */
  static String text(String json, String field) {
    return tree(json).path(field).asText();
  }

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (IOException e) {
      throw new FlotillaException(0, FlotillaException.BAD_ANSWER, "not JSON: " + json, e);
    }
  }

  /** Maps, lists, strings, numbers. */
  static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An object of strings: name, value, name, value. */
  static String object(String... fields) {
    ObjectNode node = MAPPER.createObjectNode();
    for (int i = 0; i < fields.length; i += 2) {
      node.put(fields[i], fields[i + 1]);
    }
    return node.toString();
  }

  /** What an answer says went wrong, or what its status alone says. */
  static Problem problem(int status, HttpHeaders headers, byte[] body) {
    Optional<String> code = headers.firstValue(ERROR);
    if (code.isEmpty()) { // a proxy, or another server on this port
      return new Problem("http-" + status, "HTTP status " + status);
    }
    boolean json =
        headers.firstValue("Content-Type").filter(t -> t.contains("application/json")).isPresent();
    String text = new String(body, StandardCharsets.UTF_8);
    return new Problem(code.get(), json ? tree(text).path("error").path("message").asText() : text);
  }

  record Problem(String code, String message) {}
}

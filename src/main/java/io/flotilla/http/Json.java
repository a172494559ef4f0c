package io.flotilla.http;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Writes records as JSON answers. Entries, sessions and registry lists are written field by field
 * instead, because there may be thousands of them.
 */
final class Json {
  /** Writes maps in key order, as Consul does. */
  static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  /** By four spaces, as Consul does. */
  private static final DefaultPrettyPrinter INDENTED =
      new DefaultPrettyPrinter()
          .withSeparators(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                  .withArrayEmptySeparator("")
                  .withObjectEmptySeparator(""));

  static {
    DefaultIndenter four = new DefaultIndenter("    ", "\n");
    INDENTED.indentArraysWith(four);
    INDENTED.indentObjectsWith(four);
  }

  private Json() {}

  interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  static byte[] bytes(Body body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = MAPPER.createGenerator(out)) {
      body.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // can't happen with a byte array
    }
    return out.toByteArray();
  }

  static HttpResponse ok(byte[] json) {
    return HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, json);
  }

  /** Anything Jackson can write: records, lists. */
  static HttpResponse ok(Object value) {
    return ok(bytes(value));
  }

  static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Object value) {
    return new String(bytes(value), StandardCharsets.UTF_8);
  }

  /** Indents the answer if {@code ?pretty} asks for it; a list that is sent in parts stays. */
  static HttpResponse shaped(HttpRequest request, HttpResponse answer) {
    boolean json = answer.entity().getContentType().equals(ContentTypes.APPLICATION_JSON);
    return json && answer.entity() instanceof HttpEntity.Strict body && isPretty(request)
        ? answer.withEntity(ContentTypes.APPLICATION_JSON, indented(body.getData().toArrayUnsafe()))
        : answer;
  }

  private static boolean isPretty(HttpRequest request) {
    return request.getUri().rawQueryString().filter(q -> q.contains("pretty")).isPresent()
        && request.getUri().query().get("pretty").isPresent();
  }

  private static byte[] indented(byte[] json) {
    return bytes(
        out -> {
          out.setPrettyPrinter(INDENTED);
          try (JsonParser in = MAPPER.createParser(json)) {
            while (in.nextToken() != null) {
              out.copyCurrentEvent(in);
            }
          }
          out.writeRaw('\n');
        });
  }

  static byte[] error(String code, String message) {
    return bytes(new Failed(new Failure(code, message)));
  }

  private record Failed(@JsonProperty("error") Failure error) {}

  private record Failure(
      @JsonProperty("code") String code, @JsonProperty("message") String message) {}
}

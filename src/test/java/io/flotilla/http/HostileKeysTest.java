package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.client.Entry;
import io.flotilla.client.Flotilla;
import io.flotilla.client.KeyValue;
import io.flotilla.client.PatientClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A name is stored exactly as given, whatever it looks like and however it is encoded. */
class HostileKeysTest {
  private static final TestServer SERVER = new TestServer();
  private static final RawHttp HTTP = new RawHttp(SERVER);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Few parts, so that keys that a server may confuse often meet. */
  private static final List<String> PARTS =
      List.of(
          "..",
          ".",
          "/",
          "/",
          "/",
          "",
          "a",
          "secret",
          "...",
          "%2F",
          "%2e",
          "%",
          "+",
          " ",
          "?",
          "#",
          "&",
          "=",
          ";",
          "\\",
          "\u0000",
          "\n",
          "ü",
          "\uD83D\uDEA2",
          "\uFFFD",
          "\"",
          "~",
          ":",
          "@");

  private static final String SENT_AS_IT_IS = "abcdefghijklmnopqrstuvwxyz./~+&=;:@!$'()*,-_";

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private static String key(Random random) {
    StringBuilder key = new StringBuilder();
    int parts = 1 + random.nextInt(8);
    for (int i = 0; i < parts || key.isEmpty(); i++) {
      key.append(PARTS.get(random.nextInt(PARTS.size())));
    }
    return key.toString();
  }

  /** One of the many ways to write it: characters that may stay unencoded may be encoded too. */
  private static String encoded(String key, Random random) {
    StringBuilder target = new StringBuilder();
    for (byte b : key.getBytes(UTF_8)) {
      if (SENT_AS_IT_IS.indexOf(b & 0xff) >= 0 && random.nextInt(4) > 0) {
        target.append((char) b);
      } else {
        target.append(String.format(random.nextBoolean() ? "%%%02X" : "%%%02x", b & 0xff));
      }
    }
    return target.toString();
  }

  private static Map<String, String> stored(String namespace) throws IOException {
    RawHttp.Answer answer = HTTP.send("GET", "/v1/kv/?recurse&ns=" + namespace, null);
    Map<String, String> found = new TreeMap<>();
    for (JsonNode row : MAPPER.readTree(answer.status() == 404 ? "[]" : answer.body())) {
      byte[] value = Base64.getDecoder().decode(row.get("Value").asText());
      found.put(row.get("Key").asText(), new String(value, UTF_8));
    }
    return found;
  }

  /** Random requests, whose outcomes a plain map predicts. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void over_http(long seed) throws IOException {
    Random random = new Random(seed);
    String ns = "http-" + seed;
    Map<String, String> expected = new TreeMap<>();
    List<String> known = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      String key = known.isEmpty() || random.nextInt(3) > 0 ? key(random) : pick(known, random);
      known.add(key);
      String target = "/v1/kv/" + encoded(key, random) + "?ns=" + ns;
      String value = "v" + i;
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          assertThat(HTTP.send("PUT", target, value).body()).as(target).isEqualTo("true");
          expected.put(key, value);
        }
        case 2 -> {
          transaction(ns, key, value);
          expected.put(key, value);
        }
        case 3 -> {
          assertThat(HTTP.send("DELETE", target, null).body()).as(target).isEqualTo("true");
          expected.remove(key);
        }
        default -> {
          RawHttp.Answer answer = HTTP.send("GET", target + "&raw", null);
          assertThat(answer.status()).as(target).isEqualTo(expected.containsKey(key) ? 200 : 404);
          assertThat(answer.body()).as(target).isEqualTo(expected.getOrDefault(key, ""));
        }
      }
    }
    assertThat(stored(ns)).isEqualTo(expected);
    listings(ns, expected, random);
  }

  private static <T> T pick(List<T> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }

  private static void transaction(String ns, String key, String value) throws IOException {
    Map<String, Object> op =
        Map.of(
            "Verb",
            "set",
            "Key",
            key,
            "Value",
            Base64.getEncoder().encodeToString(value.getBytes(UTF_8)));
    String body = MAPPER.writeValueAsString(List.of(Map.of("KV", op)));
    assertThat(HTTP.send("PUT", "/v1/txn?ns=" + ns, body).status()).isEqualTo(200);
  }

  private static void listings(String ns, Map<String, String> expected, Random random)
      throws IOException {
    for (int i = 0; i < 20; i++) {
      String prefix = key(random).substring(0, 1);
      if (Character.isSurrogate(prefix.charAt(0))) {
        continue;
      }
      String target = "/v1/kv/" + encoded(prefix, random) + "?keys&ns=" + ns;
      RawHttp.Answer answer = HTTP.send("GET", target, null);
      List<String> keys = new ArrayList<>();
      MAPPER
          .readTree(answer.status() == 404 ? "[]" : answer.body())
          .forEach(k -> keys.add(k.asText()));
      assertThat(keys)
          .as(target)
          .containsExactlyInAnyOrderElementsOf(
              expected.keySet().stream().filter(k -> k.startsWith(prefix)).toList());
    }
  }

  @Test
  void with_the_java_client() throws IOException {
    Random random = new Random(4);
    Map<String, String> expected = new TreeMap<>();
    String address = "127.0.0.1:" + URI.create(SERVER.base()).getPort();
    try (Flotilla flotilla = PatientClient.connect(address)) {
      KeyValue kv = flotilla.kv("client");
      for (int i = 0; i < 100; i++) {
        String key = key(random);
        Flotilla.await(kv.set(key, "v" + i));
        expected.put(key, "v" + i);
        assertThat(Flotilla.await(kv.get(key)).map(Entry::text)).as(key).contains("v" + i);
        if (random.nextInt(4) == 0) {
          Flotilla.await(kv.delete(key));
          expected.remove(key);
        }
      }
      assertThat(stored("client")).isEqualTo(expected);
      assertThat(Flotilla.await(kv.keys("", null)))
          .containsExactlyInAnyOrderElementsOf(expected.keySet());
    }
  }

  @Test
  void a_watch_tells_the_key_that_was_named() {
    HTTP.send("PUT", "/v1/kv/w/../x?ns=watched", "1");
    String answer = HTTP.send("GET", "/v1/kv/w/%2e./x?index=1&wait=1ms&ns=watched", null).body();
    assertThat(answer).contains("\"Key\":\"w/../x\"");
  }

  @Test
  void services_and_checks_are_those_that_were_named() {
    for (String id : List.of("b", "a/../b")) {
      SERVER.put("/agent/service/register", "{\"Name\":\"web\",\"ID\":\"" + id + "\"}");
    }
    assertThat(HTTP.send("GET", "/v1/agent/service/a/../b", null).body())
        .contains("\"ID\":\"a/../b\"");
    assertThat(HTTP.send("PUT", "/v1/agent/service/deregister/a/%2e%2e/b", null).status())
        .isEqualTo(200);
    assertThat(HTTP.send("GET", "/v1/agent/service/b", null).status()).isEqualTo(200);
    assertThat(HTTP.send("GET", "/v1/agent/service/a/../b", null).status()).isEqualTo(404);
    assertThat(HTTP.send("GET", "/v1/catalog/service/x/../web", null).body()).isEqualTo("[]");
    assertThat(HTTP.send("GET", "/v1/health/service/x/../web", null).body()).isEqualTo("[]");
  }

  /** A path that leads out of its prefix leads nowhere, never to another resource. */
  @ParameterizedTest
  @CsvSource({
    "GET, /v1/x/../kv/secret",
    "GET, /alive/../v1/kv/secret",
    "GET, /v1/session/../kv/secret",
    "GET, /v1/./kv/secret",
    "GET, /v1/%2e/kv/secret",
    "GET, //v1/kv/secret",
    "GET, /v1//kv/secret",
    "GET, /v1/kvXsecret",
    "DELETE, /v1/kvXsecret",
    "PUT, /v1/kv%2Fsecret",
    "GET, /v1/topicsXnews",
  })
  void what_is_no_path_here_is_refused(String method, String target) {
    HTTP.send("PUT", "/v1/kv/secret", "original");
    RawHttp.Answer answer = HTTP.send(method, target, method.equals("PUT") ? "x" : null);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).doesNotContain("original");
    assertThat(answer.code()).isEqualTo("unknown-path");
    assertThat(HTTP.send("GET", "/v1/kv/secret?raw", null).body()).isEqualTo("original");
  }

  /** Each would be stored as a replacement character, and all of them as the same key. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/kv/%FF",
        "/v1/kv/a%C3",
        "/v1/kv/%ED%A0%80",
        "/v1/kv/%C0%AF",
        "/v1/kv/a?ns=%FF",
        "/v1/kv/a?acquire=%80",
        "/v1/kv/raw\u00ff",
      })
  void what_is_no_text_is_refused(String target) {
    RawHttp.Answer answer = HTTP.send("PUT", target, "x");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("malformed-request");
  }

  @Test
  void neither_is_half_a_character_in_json() {
    RawHttp.Answer answer =
        HTTP.send(
            "PUT",
            "/v1/txn",
            "[{\"KV\":{\"Verb\":\"set\",\"Key\":\"half\\ud83d\",\"Value\":\"\"}}]");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("bad-json");
  }

  @Test
  void absolute_targets_name_the_same_keys() {
    assertThat(HTTP.send("PUT", "http://x/v1/kv/abs/../y", "1").body()).isEqualTo("true");
    assertThat(HTTP.send("GET", "/v1/kv/abs/../y?raw", null).body()).isEqualTo("1");
    assertThat(HTTP.send("GET", "http://x", null).body()).isEqualTo("Flotilla");
  }

  /** A recursion as deep as a path is long would end where the stack does, and the node with it. */
  @ParameterizedTest
  @ValueSource(strings = {"/", "/a", "/.", "/..", "/%2e", "/./"})
  void the_longest_paths_are_refused_and_overflow_no_stack(String part) {
    for (String end : List.of("", "/../x", "/./")) {
      String path = "/v1/kv" + part.repeat((16_300) / part.length()) + end;
      RawHttp.Answer answer = HTTP.send("GET", path, null);
      assertThat(answer.status()).isIn(413, 414);
    }
    assertThat(HTTP.send("GET", "/v1/kv/" + "a".repeat(17_000), null).status()).isEqualTo(414);
  }
}

package io.flotilla.http;

import static io.flotilla.http.TestServer.code;
import static io.flotilla.http.TestServer.json;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.kv.SessionChecks;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions, locks, fencing tokens and transactions as a client of Consul's API sees them. */
class SessionRoutesTest {
  private static final TestServer SERVER = new TestServer();

  /** Each test has a namespace of its own. */
  private final String ns = "ns=" + UUID.randomUUID();

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private String session(String body) {
    HttpResponse<String> answer = SERVER.put("/session/create?" + ns, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer).path("ID").asText();
  }

  private HttpResponse<String> kv(String key, String query, String body) {
    return SERVER.put("/kv/" + key + "?" + ns + query, body);
  }

  private JsonNode entry(String key) {
    return json(SERVER.get("/kv/" + key + "?" + ns)).path(0);
  }

  private static long token(HttpResponse<String> answer) {
    return Long.parseLong(answer.headers().firstValue("X-Flotilla-Fencing-Token").orElseThrow());
  }

  private int sessions() {
    return json(SERVER.get("/session/list?" + ns)).size();
  }

  @Test
  void a_session_of_defaults_has_the_shape_of_consul() {
    String id = session("");
    JsonNode info = json(SERVER.get("/session/info/" + id + "?" + ns)).path(0);
    assertThat(info.path("ID").asText()).isEqualTo(id);
    assertThat(info.path("Name").asText()).isEmpty();
    assertThat(info.path("Node").asText()).isEqualTo("node-1");
    assertThat(info.path("LockDelay").asLong()).isEqualTo(15_000_000_000L);
    assertThat(info.path("Behavior").asText()).isEqualTo("release");
    assertThat(info.path("TTL").asText()).isEmpty();
    assertThat(info.path("NodeChecks").path(0).asText()).isEqualTo("serfHealth");
    assertThat(info.path("ServiceChecks").isNull()).isTrue();
    assertThat(info.path("CreateIndex").asLong()).isEqualTo(2);
    assertThat(info.path("ModifyIndex").asLong()).isEqualTo(2);
  }

  private String shape(String body) {
    JsonNode info = json(SERVER.get("/session/info/" + session(body) + "?" + ns)).path(0);
    return (info.path("Checks") + " " + info.path("NodeChecks") + " " + info.path("ServiceChecks"))
        .replace('"', '\'');
  }

  /** As agent/session_endpoint_test.go of Consul 1.10 has them; a missing field is empty here. */
  @Test
  void checks_come_back_under_the_name_they_were_given_by() {
    assertThat(shape("")).isEqualTo(" ['serfHealth'] null");
    assertThat(shape("{\"NodeChecks\":[]}")).isEqualTo(" [] null");
    assertThat(shape("{\"Checks\":[]}")).isEqualTo(" [] null");
    assertThat(shape("{\"Checks\":[],\"NodeChecks\":[\"serfHealth\"]}")).isEqualTo(" [] null");
    assertThat(shape("{\"Checks\":[\"serfHealth\"]}")).isEqualTo(" ['serfHealth'] null");
    SERVER.checks = (namespace, session, member) -> completedFuture(Optional.empty());
    try {
      assertThat(shape("{\"Checks\":[\"mem\"]}")).isEqualTo("['mem'] ['serfHealth'] null");
      assertThat(shape("{\"Checks\":[\"mem\"],\"NodeChecks\":[\"disk\"]}"))
          .isEqualTo("['mem'] ['disk'] null");
      assertThat(shape("{\"ServiceChecks\":[{\"ID\":\"web\"}]}"))
          .isEqualTo(" ['serfHealth'] [{'ID':'web','Namespace':''}]");
    } finally {
      SERVER.checks = SessionChecks.none();
    }
  }

  @Test
  void a_ttl_that_is_no_duration_is_refused_in_the_words_of_consul() {
    HttpResponse<String> answer = SERVER.put("/session/create?" + ns, "{\"TTL\":\"ten\"}");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body())
        .startsWith("Session TTL 'ten' invalid: time: invalid duration \"ten\"");
    String long_ =
        SERVER.put("/session/create?" + ns, "{\"TTL\":\"" + "9".repeat(9_000) + "x\"}").body();
    assertThat(long_).contains("time: invalid duration").hasSizeLessThan(500);
    HttpResponse<String> delay = SERVER.put("/session/create?" + ns, "{\"LockDelay\":\"x\"}");
    assertThat(delay.statusCode()).isEqualTo(400);
    assertThat(delay.body()).startsWith("Request decode failed: time: invalid duration \"x\"");
    assertThat(sessions()).isZero();
  }

  @Test
  void names_of_fields_are_taken_in_any_case() {
    String id =
        session("{\"name\":\"n\",\"LOCKDELAY\":\"20s\",\"Behavior\":\"delete\",\"ttl\":\"10s\"}");
    JsonNode info = json(SERVER.get("/session/info/" + id + "?" + ns)).path(0);
    assertThat(info.path("Name").asText()).isEqualTo("n");
    assertThat(info.path("LockDelay").asLong()).isEqualTo(20_000_000_000L);
    assertThat(info.path("Behavior").asText()).isEqualTo("delete");
    assertThat(info.path("TTL").asText()).isEqualTo("10s");
  }

  @ParameterizedTest
  @CsvSource({"5,5000000000", "0,0", "2000000000,2000000000"})
  void a_lock_delay_below_a_thousand_is_seconds_and_above_nanoseconds(String given, long read) {
    String id = session("{\"LockDelay\":" + given + "}");
    assertThat(
            json(SERVER.get("/session/info/" + id + "?" + ns)).path(0).path("LockDelay").asLong())
        .isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"TTL\":10}",
        "{\"LockDelay\":\"61s\"}",
        "{\"LockDelay\":\"-1s\"}",
        "{\"Checks\":\"serfHealth\"}",
        "[]",
        "{"
      })
  void what_is_out_of_range_or_malformed_is_a_clear_error_and_creates_nothing(String body) {
    HttpResponse<String> answer = SERVER.put("/session/create?" + ns, body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).isNotEmpty();
    assertThat(sessions()).isZero();
  }

  @Test
  void a_check_that_is_not_registered_is_an_error() {
    HttpResponse<String> answer =
        SERVER.put("/session/create?" + ns, "{\"Checks\":[\"serfHealth\",\"nosuch\"]}");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("Missing check 'nosuch' registration");
    assertThat(sessions()).isZero();
  }

  /** If only its node knew of the first session, the two might die together. */
  @Test
  void no_session_is_created_before_the_log_knows_that_there_are_some() {
    SERVER.logWrites = false;
    try {
      HttpResponse<String> answer = SERVER.put("/session/create?" + ns, "");
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(code(answer)).isEqualTo("unavailable");
      assertThat(sessions()).isZero();
    } finally {
      SERVER.logWrites = true;
    }
    session("");
    assertThat(sessions()).isEqualTo(1);
  }

  @Test
  void a_huge_body_is_refused() {
    HttpResponse<String> answer =
        SERVER.put("/session/create?" + ns, "{\"Name\":\"" + "x".repeat(70_000) + "\"}");
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(sessions()).isZero();
  }

  @Test
  void unknown_sessions_are_404_on_renew_an_empty_list_on_info_and_true_on_destroy() {
    HttpResponse<String> renewed = SERVER.put("/session/renew/nobody?" + ns, "");
    assertThat(renewed.statusCode()).isEqualTo(404);
    assertThat(code(renewed)).isEqualTo("unknown-session");
    assertThat(SERVER.get("/session/info/nobody?" + ns).body()).isEqualTo("[]");
    assertThat(SERVER.put("/session/destroy/nobody?" + ns, "").body()).isEqualTo("true");
  }

  @Test
  void renewing_answers_the_session() {
    String id = session("{\"TTL\":\"10s\"}");
    JsonNode renewed = json(SERVER.put("/session/renew/" + id + "?" + ns, ""));
    assertThat(renewed.path(0).path("ID").asText()).isEqualTo(id);
  }

  private boolean exactTtl(TestServer server, String query) {
    String id =
        json(server.put("/session/create?" + ns + query, "{\"TTL\":\"10s\"}")).path("ID").asText();
    JsonNode info = json(server.get("/session/info/" + id + "?" + ns)).path(0);
    assertThat(info.path("TTL").asText()).isEqualTo("10s");
    return info.path("ExactTTL").asBoolean();
  }

  @Test
  void the_ttl_is_exact_if_the_request_asks_for_it_or_else_the_node_is_set_so() {
    assertThat(exactTtl(SERVER, "")).isFalse();
    assertThat(exactTtl(SERVER, "&exact-ttl")).isTrue();
    try (TestServer exact = new TestServer(true)) {
      assertThat(exactTtl(exact, "")).isTrue();
      assertThat(exactTtl(exact, "&exact-ttl=false")).isFalse();
    }
  }

  @Test
  void only_who_creates_a_session_chooses_and_only_yes_or_no() {
    String id = session("{\"TTL\":\"10s\"}");
    assertThat(code(SERVER.put("/session/renew/" + id + "?exact-ttl&" + ns, "")))
        .isEqualTo("unknown-parameter");
    assertThat(code(SERVER.put("/session/create?exact-ttl=often&" + ns, "")))
        .isEqualTo("bad-parameter");
    assertThat(sessions()).isEqualTo(1);
  }

  @Test
  void sessions_are_listed_by_node() {
    session("{\"Node\":\"other\"}");
    session("");
    assertThat(json(SERVER.get("/session/node/other?" + ns))).hasSize(1);
    assertThat(json(SERVER.get("/session/node/nowhere?" + ns))).isEmpty();
    assertThat(sessions()).isEqualTo(2);
  }

  @Test
  void a_session_of_a_node_that_is_not_there_is_refused() {
    HttpResponse<String> answer = SERVER.put("/session/create?" + ns, "{\"Node\":\"n99\"}");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(code(answer)).isEqualTo("unknown-node");
    assertThat(sessions()).isZero();
  }

  @Test
  void a_list_of_sessions_waits_for_the_next_one() {
    session("");
    String index =
        SERVER.get("/session/list?" + ns).headers().firstValue("X-Consul-Index").orElseThrow();
    var waiting =
        java.util.concurrent.CompletableFuture.supplyAsync(
            () -> SERVER.get("/session/list?wait=60s&index=" + index + "&" + ns));
    session("");
    assertThat(json(waiting.join())).hasSize(2);
  }

  @Test
  void a_lock_passes_from_one_session_to_another() {
    String a = session("{\"LockDelay\":\"0s\"}");
    String b = session("");
    HttpResponse<String> first = kv("k", "&acquire=" + a, "1");
    assertThat(first.body()).isEqualTo("true");
    assertThat(kv("k", "&acquire=" + b, "2").body()).isEqualTo("false");
    assertThat(entry("k").path("Session").asText()).isEqualTo(a);
    assertThat(entry("k").path("LockIndex").asLong()).isEqualTo(1);
    assertThat(kv("k", "&release=" + b, "3").body()).isEqualTo("false");
    assertThat(kv("k", "&release=" + a, "4").body()).isEqualTo("true");
    assertThat(entry("k").has("Session")).isFalse();
    HttpResponse<String> second = kv("k", "&acquire=" + b, "5");
    assertThat(entry("k").path("LockIndex").asLong()).isEqualTo(2);
    assertThat(token(second)).isGreaterThan(token(first));
    assertThat(token(SERVER.get("/kv/k?" + ns))).isEqualTo(token(second));
  }

  @Test
  void an_unknown_session_can_not_acquire_and_the_reason_is_told() {
    HttpResponse<String> answer = kv("k", "&acquire=nobody", "1");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(code(answer)).isEqualTo("unknown-session");
    assertThat(answer.body()).contains("invalid session");
    assertThat(SERVER.get("/kv/k?" + ns).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "&cas=0&acquire=x",
        "&cas=0&release=x",
        "&acquire=x&release=x",
        "&acquire=",
        "&fence=x",
        "&fence=0",
        "&fence=1&acquire=x"
      })
  void conditions_that_exclude_one_another_are_an_error(String query) {
    assertThat(kv("k", query, "1").statusCode()).isEqualTo(400);
    assertThat(SERVER.get("/kv/k?" + ns).statusCode()).isEqualTo(404);
  }

  @Test
  void a_stale_token_is_refused_with_409() {
    String a = session("{\"LockDelay\":\"0s\",\"Behavior\":\"delete\"}");
    String b = session("");
    long old = token(kv("k", "&acquire=" + a, ""));
    assertThat(kv("data", "&fence=" + old, "by a").body()).isEqualTo("true");
    SERVER.put("/session/destroy/" + a + "?" + ns, "");
    long latest = token(kv("k", "&acquire=" + b, ""));
    HttpResponse<String> refused = kv("data", "&fence=" + old, "late");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(code(refused)).isEqualTo("stale-fencing-token");
    assertThat(kv("data", "&fence=" + latest, "by b").body()).isEqualTo("true");
    assertThat(SERVER.get("/kv/data?raw&" + ns).body()).isEqualTo("by b");
  }

  // ---- transactions

  private HttpResponse<String> txn(String... ops) {
    return SERVER.put("/txn?" + ns, "[" + String.join(",", ops) + "]");
  }

  private static String op(String verb, String key, String more) {
    return "{\"KV\":{\"Verb\":\"" + verb + "\",\"Key\":\"" + key + "\"" + more + "}}";
  }

  @Test
  void a_transaction_that_succeeds_has_null_errors() {
    HttpResponse<String> answer =
        txn(op("set", "a", ",\"value\":\"MQ==\",\"flags\":7"), op("get", "a", ""));
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode results = json(answer).path("Results");
    assertThat(json(answer).get("Errors").isNull()).isTrue();
    assertThat(results.path(0).path("KV").get("Value").isNull()).isTrue();
    assertThat(results.path(1).path("KV").path("Value").asText()).isEqualTo("MQ==");
    assertThat(results.path(1).path("KV").path("Flags").asInt()).isEqualTo(7);
  }

  @Test
  void a_transaction_that_fails_is_409_and_changes_nothing() {
    HttpResponse<String> answer =
        txn(op("set", "a", ",\"Value\":\"MQ==\""), op("cas", "a", ",\"Index\":99"));
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(json(answer).get("Results").isNull()).isTrue();
    assertThat(json(answer).path("Errors").path(0).path("OpIndex").asInt()).isEqualTo(1);
    assertThat(json(answer).path("Errors").path(0).path("What").asText()).contains("stale");
    assertThat(SERVER.get("/kv/a?" + ns).statusCode()).isEqualTo(404);
  }

  @Test
  void a_transaction_has_at_most_128_operations() {
    String[] ops = new String[129];
    java.util.Arrays.setAll(ops, i -> op("set", "k" + i, ""));
    assertThat(txn(ops).statusCode()).isEqualTo(413);
    assertThat(SERVER.get("/kv/k0?" + ns).statusCode()).isEqualTo(404);
    assertThat(txn(List.of(ops).subList(0, 128).toArray(String[]::new)).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"Node\":{}}",
        "{\"KV\":{\"Verb\":\"destroy\",\"Key\":\"a\"}}",
        "{\"KV\":{\"Verb\":\"set\"}}",
        "{\"KV\":{\"Verb\":\"set\",\"Key\":\"a\",\"Value\":\"%%\"}}",
        "{\"KV\":{\"Verb\":\"set\",\"Key\":\"a\",\"Flags\":-1}}",
        "7"
      })
  void malformed_operations_are_a_clear_error(String op) {
    HttpResponse<String> answer = txn(op("set", "b", ""), op);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(SERVER.get("/kv/b?" + ns).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lock", "unlock"})
  void a_lock_without_a_session_fails_its_transaction(String verb) {
    HttpResponse<String> answer =
        txn(op("set", "b", ""), "{\"KV\":{\"Verb\":\"" + verb + "\",\"Key\":\"a\"}}");
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("\"OpIndex\":1,\"What\":\"missing session\"");
    assertThat(SERVER.get("/kv/b?" + ns).statusCode()).isEqualTo(404);
  }
}

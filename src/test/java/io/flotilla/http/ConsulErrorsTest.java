package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors on Consul's paths have the statuses and texts that its clients look for. */
@Timeout(600)
class ConsulErrorsTest {
  private static final String NOBODY = "11111111-2222-3333-4444-555555555555";

  private final TestServer server = new TestServer();

  @AfterEach
  void end() {
    server.close();
  }

  private static void assertError(
      HttpResponse<String> answer, int status, String text, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).startsWith(text);
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; charset=UTF-8");
    assertThat(answer.headers().firstValue("X-Flotilla-Error")).contains(code);
  }

  private HttpResponse<String> get(String path, String accept) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.base() + path)).header("Accept", accept).build();
    return server.client().send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Patroni takes a new session if the text begins so, and gives up its lock otherwise. */
  @Test
  void a_lock_for_a_session_that_is_gone() {
    assertError(
        server.put("/kv/leader?acquire=" + NOBODY, "x"), 500, "invalid session", "unknown-session");
  }

  @ParameterizedTest
  @ValueSource(strings = {"25h", "999ms"})
  void a_session_with_a_ttl_out_of_range(String ttl) {
    assertError(
        server.put("/session/create", "{\"TTL\":\"" + ttl + "\"}"),
        500,
        "Invalid Session TTL",
        "bad-parameter");
  }

  @Test
  void a_session_with_an_unknown_behavior() {
    assertError(
        server.put("/session/create", "{\"Behavior\":\"keep\"}"),
        500,
        "Invalid Behavior setting",
        "bad-parameter");
  }

  /** What registers again does so when the text says that it is not registered. */
  @Test
  void a_report_on_a_check_that_is_gone_or_has_no_ttl() {
    assertError(
        server.put("/agent/check/pass/service:web", ""),
        404,
        "Unknown check ID \"service:web\"",
        "unknown-check");
    server.put(
        "/agent/service/register",
        "{\"Name\":\"web\",\"Check\":{\"TCP\":\"127.0.0.1:1\",\"Interval\":\"60s\"}}");
    assertError(
        server.put("/agent/check/pass/service:web", ""),
        500,
        "CheckID \"service:web\" does not have associated TTL",
        "not-a-ttl-check");
    assertError(
        server.put("/agent/service/deregister/db", ""),
        404,
        "Unknown service ID \"db\"",
        "unknown-service");
    assertError(
        server.put(
            "/agent/check/register", "{\"Name\":\"alive\",\"ServiceID\":\"db\",\"TTL\":\"10s\"}"),
        500,
        "ServiceID \"db\" does not exist",
        "missing-service");
  }

  /** Terraform and Vault split what they store if the text says so. */
  @Test
  void a_value_that_is_too_large() {
    HttpResponse<String> put = server.put("/kv/state", "x".repeat(512 * 1024 + 1));
    assertError(put, 413, "Request body is too large", "body-too-large");
    assertThat(put.body()).contains("Value exceeds 524288 byte limit");
    String large = "eHh4".repeat(175_000); // 525,000 bytes
    HttpResponse<String> txn =
        server.put(
            "/txn", "[{\"KV\":{\"Verb\":\"set\",\"Key\":\"state\",\"Value\":\"" + large + "\"}}]");
    assertThat(txn.statusCode()).isEqualTo(413);
    assertThat(txn.body()).contains("is too large");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/kv/a?dc=mars", "/catalog/nodes?dc=mars", "/query?dc=mars"})
  void another_datacenter(String path) {
    assertError(server.get(path), 500, "No path to datacenter", "unknown-datacenter");
  }

  /** Go's locks and Patroni repeat after a 500 only. */
  @Test
  void no_leader() {
    server.logWrites = false;
    assertError(server.put("/session/create", ""), 500, "No cluster leader", "unavailable");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/acl/tokens", "/acl/token/self", "/acl/info/x"})
  void acls_that_are_off(String path) {
    assertError(server.get(path), 401, "ACL support disabled", "acl-disabled");
  }

  @Test
  void tokens_of_the_agent_while_acls_are_off_and_a_reload() {
    assertError(
        server.put("/agent/token/agent", "{\"Token\":\"x\"}"),
        401,
        "ACL support disabled",
        "acl-disabled");
    assertError(server.put("/agent/reload", ""), 500, "Failed to reload", "not-supported");
  }

  @Test
  void a_transaction_that_fails_says_which_operation_did() {
    HttpResponse<String> answer =
        server.put("/txn", "[{\"KV\":{\"Verb\":\"check-index\",\"Key\":\"a\",\"Index\":7}}]");
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(TestServer.json(answer).path("Errors").path(0).path("OpIndex").asInt(-1)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "/kv/a?index=1&wait=300, 400, Invalid wait time",
    "/kv/, 400, Missing key name",
    "/kv/a?stale&consistent, 400, Cannot specify ?stale with ?consistent",
    "/catalog/nodes?stale=&consistent=, 400, Cannot specify ?stale with ?consistent",
    "/query/nearest, 404, Query not found",
    "/config/service-defaults/web, 404, Config entry not found",
  })
  void questions_that_make_no_sense(String path, int status, String text) {
    HttpResponse<String> answer = server.get(path);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).startsWith(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/html, Application/JSON;q=0.9"})
  void who_asks_for_json_gets_json(String accept) throws Exception {
    HttpResponse<String> answer = get("/kv/a?dc=mars", accept);
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(TestServer.json(answer).path("error").path("code").asText())
        .isEqualTo("unknown-datacenter");
    assertThat(get("/kv/a?dc=mars", "*/*").body()).startsWith("No path to datacenter");
  }

  @Test
  void own_paths_answer_json_with_the_code_in_the_header_too() {
    HttpResponse<String> answer = server.get("/cluster?dc=mars");
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(TestServer.json(answer).path("error").path("code").asText())
        .isEqualTo(TestServer.code(answer))
        .isEqualTo("unknown-datacenter");
  }
}

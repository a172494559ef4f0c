package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads on Consul's paths are as lenient as Consul's; writes are not. */
@Timeout(600)
class ConsulReadsTest {
  private final TestServer server = new TestServer();

  @AfterEach
  void end() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/catalog/services?filter=ServiceMeta.env+%3D%3D+%22stg%22&stale=&wait=120000ms",
        "/catalog/nodes?cached",
        "/health/service/web?merge-central-config&peer=",
        "/agent/services?pretty",
        "/session/list?later=1",
      })
  void a_read_with_parameters_of_another_version_is_answered(String path) {
    assertThat(server.get(path).statusCode()).isEqualTo(200);
  }

  /** A misspelt cas must not become an unconditional write, nor must an old client's GET. */
  @Test
  void a_write_with_an_unknown_parameter_is_refused() {
    assertThat(TestServer.code(server.put("/kv/a?csa=0", "x"))).isEqualTo("unknown-parameter");
    assertThat(server.get("/kv/a").statusCode()).isEqualTo(404);
    assertThat(TestServer.code(server.get("/agent/service/deregister/a?namespace=b")))
        .isEqualTo("unknown-parameter");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/query",
        "/config/service-defaults",
        "/config/mesh",
        "/health/connect/web",
        "/health/ingress/web",
        "/catalog/connect/web",
        "/catalog/gateway-services/web",
        "/connect/intentions",
      })
  void what_is_not_there_is_an_empty_list_with_an_index(String path) {
    HttpResponse<String> answer = server.get(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("[]");
    assertThat(answer.headers().firstValue("X-Consul-Index")).contains("1");
  }

  /** Who watches such a list would otherwise ask in a loop. */
  @Test
  void a_watch_of_what_is_not_there_waits_for_its_whole_time() {
    long start = System.nanoTime();
    assertThat(server.get("/health/connect/web?index=1&wait=300ms").body()).isEqualTo("[]");
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(300_000_000L);
  }

  @Test
  void the_keys_of_an_empty_root_are_an_empty_list() {
    HttpResponse<String> root = server.get("/kv/?keys");
    assertThat(root.statusCode()).isEqualTo(200);
    assertThat(root.body()).isEqualTo("[]");
    assertThat(server.get("/kv/app/?keys").statusCode()).isEqualTo(404);
    assertThat(server.get("/kv/?recurse").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/kv/a?wait=0", "/kv/a?wait=0s&index=0", "/kv/b?wait=0&index=1"})
  void a_wait_of_0_needs_no_unit(String path) {
    server.put("/kv/a", "1");
    server.put("/kv/b", "1");
    assertThat(server.get(path).statusCode()).isEqualTo(200);
  }

  @Test
  void pretty_indents() {
    server.put("/kv/a", "1");
    server.put("/kv/a?flags=18446744073709551615", "x");
    HttpResponse<String> answer = server.get("/kv/a?pretty");
    assertThat(answer.body())
        .startsWith("[\n    {\n        \"LockIndex\": 0,\n        \"Key\": \"a\",\n")
        .contains("        \"Flags\": 18446744073709551615,\n")
        .endsWith("    }\n]\n");
    assertThat(TestServer.json(answer)).isEqualTo(TestServer.json(server.get("/kv/a")));
    assertThat(server.get("/query?pretty").body()).isEqualTo("[]\n");
  }

  private HttpResponse<String> with(String cacheControl, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.base()).resolve("/v1" + path))
            .header("Cache-Control", cacheControl)
            .build();
    return server
        .client()
        .sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
        .join();
  }

  private static Optional<String> cache(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Cache");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health/service/web",
        "/catalog/service/web",
        "/catalog/services",
        "/catalog/datacenters",
        "/query/web/execute"
      })
  void an_answer_that_consul_may_have_in_a_cache_says_that_it_was_not(String path) {
    server.send("POST", "/query", "{\"Name\":\"web\",\"Service\":{\"Service\":\"web\"}}");
    HttpResponse<String> answer = with("max-age=0, stale-if-error=30", path + "?cached");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(cache(answer)).contains("MISS");
    assertThat(answer.headers().firstValue("Age")).isEmpty();
    assertThat(cache(server.get(path))).isEmpty();
    assertThat(with("max-age=soon", path + "?cached").body())
        .startsWith("Invalid Cache-Control header");
    assertThat(server.get(path + "?cached&consistent").body())
        .startsWith("Cannot specify ?cached with ?consistent");
  }

  @Test
  void what_consul_does_not_cache_says_nothing_of_it() {
    assertThat(cache(server.get("/catalog/nodes?cached"))).isEmpty();
    assertThat(cache(server.get("/health/state/any?cached"))).isEmpty();
  }
}

package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.entity.LeaderContact;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ?stale}: answered by the node asked, without any other. */
@Timeout(600)
class StaleReadsTest {
  private static final TestServer SERVER = new TestServer();

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse(null);
  }

  private static CompletableFuture<HttpResponse<String>> begin(String path) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(SERVER.base() + path)).build();
    return SERVER.client().sendAsync(request, BodyHandlers.ofString());
  }

  /** Neither a read nor a blocking query needs the namespace's actor, or wakes it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/kv/a?ns=asleep&stale",
        "/kv/a?ns=asleep&stale&index=1&wait=1s",
        "/kv/?recurse&ns=asleep&stale&index=1&wait=1s",
        "/kv/a?ns=asleep&stale&index=99&wait=1s",
        "/session/list?ns=asleep&stale",
        "/session/list?ns=asleep&stale&index=99&wait=1s",
        "/session/info/x?ns=asleep&stale",
        "/catalog/services?ns=asleep&stale",
        "/health/service/web?ns=asleep&stale&index=99&wait=1s",
      })
  void the_owner_is_not_asked(String path) {
    SERVER.put("/kv/a?ns=asleep", "1");
    SERVER.failOver("asleep");
    SERVER.contact = new LeaderContact(false, 7_654);
    try {
      HttpResponse<String> answer = SERVER.get(path);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "X-Consul-KnownLeader")).isEqualTo("false");
      assertThat(header(answer, "X-Consul-LastContact")).isEqualTo("7654");
      assertThat(SERVER.isAwake("asleep")).isFalse();
    } finally {
      SERVER.contact = new LeaderContact(true, 0);
    }
  }

  @Test
  void a_stale_blocking_query_waits_for_this_nodes_own_copy() throws Exception {
    SERVER.put("/kv/k?ns=local", "1");
    String index = header(SERVER.get("/kv/k?ns=local&stale"), "X-Consul-Index");
    String query = "?ns=local&stale&raw&wait=10m&index=" + index;
    CompletableFuture<HttpResponse<String>> waiting = begin("/kv/k" + query);
    SERVER.put("/kv/another?ns=local", "x");
    assertThat(SERVER.get("/kv/k?ns=local&stale&raw&wait=1s&index=" + index).body()).isEqualTo("1");
    assertThat(waiting).isNotDone();
    SERVER.put("/kv/k?ns=local", "2");
    HttpResponse<String> answer = waiting.get(120, TimeUnit.SECONDS);
    assertThat(answer.body()).isEqualTo("2");
    assertThat(Long.parseLong(header(answer, "X-Consul-Index")))
        .isGreaterThan(Long.parseLong(index));
    assertThat(header(answer, "X-Consul-KnownLeader")).isEqualTo("true");
  }

  @Test
  void so_does_one_of_the_catalog() throws Exception {
    SERVER.put("/agent/service/register?ns=local", "{\"Name\":\"web\",\"ID\":\"w1\"}");
    String path = "/catalog/service/web?ns=local&stale";
    String index = header(SERVER.get(path), "X-Consul-Index");
    CompletableFuture<HttpResponse<String>> waiting = begin(path + "&wait=10m&index=" + index);
    SERVER.put("/agent/service/register?ns=local", "{\"Name\":\"web\",\"ID\":\"w2\"}");
    assertThat(waiting.get(120, TimeUnit.SECONDS).body()).contains("w1", "w2");
  }

  @Test
  void a_stale_answer_that_is_news_already_comes_at_once() {
    SERVER.put("/kv/k?ns=news", "1");
    SERVER.put("/kv/k?ns=news", "2");
    assertThat(SERVER.get("/kv/k?ns=news&stale&raw&index=1&wait=10m").body()).isEqualTo("2");
  }
}

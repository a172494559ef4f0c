package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Requests to a namespace never written to create nothing. */
class UnknownNamespaceRoutesTest {
  private static final TestServer SERVER = new TestServer();

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private static final List<String> READS =
      List.of(
          "/kv/a?ns=none",
          "/kv/?recurse&ns=none",
          "/kv/?keys&ns=none",
          "/kv/a?index=1&wait=10ms&ns=none",
          "/session/list?ns=none",
          "/session/info/8f3b3f3e-0000-4000-8000-000000000000?ns=none",
          "/catalog/services?ns=none",
          "/catalog/nodes?ns=none",
          "/catalog/service/web?ns=none",
          "/catalog/service/web?index=1&wait=10ms&ns=none",
          "/health/service/web?passing&ns=none",
          "/health/state/any?ns=none",
          "/agent/services?ns=none",
          "/agent/service/web?ns=none",
          "/event/list?ns=none");

  private static final List<List<String>> WRITES_OF_NOTHING =
      List.of(
          List.of("DELETE", "/kv/a?ns=none"),
          List.of("DELETE", "/kv/a?recurse&ns=none"),
          List.of("DELETE", "/kv/a?cas=7&ns=none"),
          List.of("PUT", "/kv/a?cas=7&ns=none"),
          List.of("PUT", "/kv/a?release=8f3b3f3e-0000-4000-8000-000000000000&ns=none"),
          List.of("PUT", "/kv/a?acquire=8f3b3f3e-0000-4000-8000-000000000000&ns=none"),
          List.of("PUT", "/session/destroy/8f3b3f3e-0000-4000-8000-000000000000?ns=none"),
          List.of("PUT", "/session/renew/8f3b3f3e-0000-4000-8000-000000000000?ns=none"),
          List.of("PUT", "/agent/check/pass/web?ns=none"),
          List.of("PUT", "/agent/service/deregister/web?ns=none"));

  @Test
  void no_read_makes_a_namespace_exist() {
    for (String read : READS) {
      assertThat(SERVER.get(read).statusCode()).as(read).isIn(200, 404);
    }
    assertThat(SERVER.get("/kv/a?ns=none").headers().firstValue("X-Consul-Index")).hasValue("1");
    assertThat(SERVER.keySpaces()).doesNotContain("none");
    assertThat(SERVER.catalogs()).doesNotContain("none");
  }

  @Test
  void no_write_that_changes_nothing_makes_a_namespace_exist() {
    for (List<String> write : WRITES_OF_NOTHING) {
      HttpResponse<String> response = SERVER.send(write.get(0), write.get(1), "");
      assertThat(response.statusCode()).as(write.get(1)).isIn(200, 400, 404, 500);
      assertThat(response.body()).as(write.get(1)).doesNotContain("internal-error");
    }
    assertThat(SERVER.keySpaces()).doesNotContain("none");
    assertThat(SERVER.catalogs()).doesNotContain("none");
  }

  @Test
  void a_watcher_makes_no_namespace_exist_and_hears_of_its_first_change() throws Exception {
    CompletableFuture<HttpResponse<String>> waiting =
        SERVER
            .client()
            .sendAsync(
                HttpRequest.newBuilder(
                        URI.create(SERVER.base() + "/kv/a?index=1&wait=5m&ns=awaited"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    HttpResponse<Stream<String>> watch =
        SERVER
            .client()
            .send(
                HttpRequest.newBuilder(URI.create(SERVER.base() + "/watch?ns=awaited")).build(),
                HttpResponse.BodyHandlers.ofLines());
    Iterator<String> lines = watch.body().iterator();
    skipTo("event: start", lines);
    assertThat(SERVER.keySpaces()).doesNotContain("awaited");
    assertThat(waiting).isNotDone();

    SERVER.put("/kv/a?ns=awaited", "1");
    assertThat(waiting.get(120, TimeUnit.SECONDS).body()).contains("\"Key\":\"a\"");
    skipTo("event: change", lines);
    assertThat(lines.next()).contains("\"Key\":\"a\"");
    watch.body().close();
  }

  private static void skipTo(String line, Iterator<String> lines) {
    while (!lines.next().equals(line)) {
      // on
    }
  }
}

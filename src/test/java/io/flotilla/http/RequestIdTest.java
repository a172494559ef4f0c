package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client's own request id: a repeat gets the same answer and is executed only once. */
class RequestIdTest {
  private static final TestServer SERVER = new TestServer();

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private static HttpResponse<String> send(String id, String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(SERVER.base() + path))
            .header("X-Flotilla-Request-Id", id)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return SERVER.client().send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_repetition_asks_for_the_same_whoever_asks_and_however_it_is_shown() {
    String index = send("r1", "PUT", "/kv/a?flags=7&cas=0", "1").headers().map().toString();
    SERVER.put("/kv/a", "2");
    HttpResponse<String> again = send("r1", "PUT", "/kv/a?cas=0&token=t&pretty&flags=7", "1");
    assertThat(again.body()).isEqualTo("true\n");
    assertThat(index).contains("x-consul-index=" + again.headers().allValues("X-Consul-Index"));
    assertThat(SERVER.get("/kv/a?raw").body()).isEqualTo("2");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /kv/b, 2",
    "PUT, /kv/b?flags=1, 1",
    "PUT, /kv/c, 1",
    "DELETE, /kv/b, ''",
    "PUT, /session/create, {}",
  })
  void another_request_with_the_same_id_is_refused(String method, String path, String body) {
    assertThat(send("r2", "PUT", "/kv/b", "1").body()).isEqualTo("true");
    HttpResponse<String> other = send("r2", method, path, body);
    assertThat(other.statusCode()).isEqualTo(400);
    assertThat(TestServer.code(other)).isEqualTo("request-id-reused");
    assertThat(SERVER.get("/kv/b?raw").body()).isEqualTo("1");
  }
}

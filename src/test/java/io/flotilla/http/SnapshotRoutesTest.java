package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** {@code snapshot}; who may have one is in {@link NeedsTest}. */
class SnapshotRoutesTest {
  private static final TestServer SERVER = new TestServer();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void it_is_the_bytes_with_their_length_and_index() {
    HttpResponse<String> got = SERVER.get("/snapshot");
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(got.body()).isEqualTo("all that is stored");
    assertThat(got.headers().firstValue("Content-Length")).contains("18");
    assertThat(got.headers().firstValue("X-Consul-Index")).contains("7");
    assertThat(SERVER.control.done).containsExactly("backup");

    assertThat(SERVER.get("/snapshot?stale").statusCode()).isEqualTo(200);
    assertThat(SERVER.control.done).containsExactly("backup", "backup stale");
  }

  @Test
  void a_node_that_runs_takes_none() {
    HttpResponse<String> answer = SERVER.send("PUT", "/snapshot", "a snapshot");
    assertThat(answer.statusCode()).isEqualTo(501);
    assertThat(TestServer.code(answer)).isEqualTo("cluster-is-running");
    assertThat(answer.body()).contains("./flotilla snapshot restore FILE --data DIR");
  }
}

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
    assertThat(SERVER.control.done).endsWith("backup");

    assertThat(SERVER.get("/snapshot?stale").statusCode()).isEqualTo(200);
    assertThat(SERVER.control.done).endsWith("backup", "backup stale");
  }

  @Test
  void one_that_is_sent_takes_the_place_of_what_is_stored() {
    SERVER.control.done.clear();
    HttpResponse<String> answer = SERVER.send("PUT", "/snapshot", "a snapshot");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("X-Consul-Index")).contains("8");
    assertThat(SERVER.control.done).containsExactly("restore a snapshot");
  }
}

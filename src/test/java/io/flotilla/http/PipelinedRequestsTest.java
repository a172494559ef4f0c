package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.TestPatience;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests sent before earlier ones are answered, RFC 9112, 9.3.2. */
@Timeout(600)
class PipelinedRequestsTest {
  private static final TestServer SERVER = new TestServer();

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private static String answers(String... requests) throws IOException {
    URI base = URI.create(SERVER.base());
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(TestPatience.MILLIS);
      socket.getOutputStream().write(String.join("", requests).getBytes(UTF_8));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static String get(String path) {
    return "GET /v1" + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  private static String put(String path, String value) {
    return "PUT /v1%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(path, value.length(), value);
  }

  @Test
  void aReadSeesTheWritesInFrontOfItAndNoneBehindIt() throws IOException {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      requests.append(put("/kv/seen", "value-" + i)).append(get("/kv/seen?raw"));
    }
    assertThat(answers(requests.toString()).split("value-"))
        .as("the text after each 'value-'")
        .hasSize(201)
        .satisfies(
            parts -> {
              for (int i = 0; i < 200; i++) {
                assertThat(parts[i + 1]).matches("(?s)" + i + "(HTTP.*)?");
              }
            });
  }

  /** After this, nothing on the connection can be understood. */
  @Test
  void aRequestThatCanNotBeReadIsTheLast() throws IOException {
    String chunked =
        "PUT /v1/kv/old HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "1\r\nx\r\n0\r\n\r\n";
    for (int i = 0; i < 50; i++) {
      assertThat(answers(chunked, get("/kv/old")))
          .startsWith("HTTP/1.1 400")
          .contains("Connection: close", "malformed-request")
          .containsOnlyOnce("HTTP/1.1 ");
    }
    assertThat(SERVER.get("/kv/old").statusCode()).isEqualTo(404);
  }

  @Test
  void aReadThatWaitsGivesWayToAWriteBehindIt() throws IOException {
    SERVER.put("/kv/awaited", "before");
    String answers =
        answers(
            get("/kv/awaited?raw&index=900&wait=10m"),
            put("/kv/awaited", "after"),
            get("/kv/awaited?raw"));
    assertThat(answers.indexOf("before")).isPositive().isLessThan(answers.indexOf("after"));
  }
}

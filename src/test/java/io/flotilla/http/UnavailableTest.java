package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.TestPatience;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever does not answer in time, the client gets an error with a code that says so. */
@Timeout(600)
class UnavailableTest {
  private final TestServer server = new TestServer();

  @AfterEach
  void end() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/cluster, unavailable",
    "/replication, unavailable",
    "/coordinator, no-coordinator",
    "/balance/web?exact=true, coordinator-unavailable",
  })
  void what_is_asked_within_the_cluster_and_does_not_answer(String path, String code) {
    server.otherAnswers = false;
    HttpResponse<String> answer = server.get(path);
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(TestServer.code(answer)).isEqualTo(code);
  }

  /** A node that stops, or restarts in the same process, answers connected clients. */
  @Test
  void whatWaitsIsAnsweredBeforeTheNodeEnds() throws Exception {
    server.put("/kv/a", "1");
    try (Socket client = connect()) {
      ask(client, "GET /v1/kv/a?wait=10m&index=1000 HTTP/1.1\r\nHost: x\r\n\r\n");
      Awaitility.await().until(() -> server.store.watches() == 1);
      server.endInOrder();
      assertThat(rest(client))
          .startsWith("HTTP/1.1 200")
          .contains("Connection: close", "\"Key\":\"a\"");
    }
  }

  /** A request that the node did not get to may be a write, and must not look refused. */
  @Test
  void whatCanNotBeAnsweredBeforeTheNodeEndsHasACodeToo() throws Exception {
    try (Socket client = connect()) {
      ask(client, "PUT /v1/kv/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n1");
      Awaitility.await().until(() -> server.budgets.bodies().used() == 1);
      server.endInOrder();
      assertThat(rest(client))
          .startsWith("HTTP/1.1 500")
          .contains("Connection: close", "X-Flotilla-Error: outcome-unknown");
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", URI.create(server.base()).getPort());
    socket.setSoTimeout(TestPatience.MILLIS);
    return socket;
  }

  private static void ask(Socket client, String request) throws IOException {
    client.getOutputStream().write(request.getBytes(UTF_8));
  }

  private static String rest(Socket client) throws IOException {
    return new String(client.getInputStream().readAllBytes(), UTF_8);
  }
}

package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever does not answer in time, the client gets a 503 with a code that says so. */
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
    HttpResponse<String> answer = server.get(path);
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(TestServer.code(answer)).isEqualTo(code);
  }

  /**
   * A node that ends, or starts again in the same process, still answers those who are connected.
   * What it did not get to may be a write: nobody may take it for refused.
   */
  @Test
  void what_comes_while_the_node_ends_has_a_code_too() throws Exception {
    server.put("/kv/a", "1");
    try (Socket client = new Socket("127.0.0.1", URI.create(server.base()).getPort())) {
      client.setSoTimeout(1_000);
      // Waits for long, so that the node has a reason to keep the connection.
      ask(client, "/v1/kv/a?wait=10m&index=1000");
      Awaitility.await().until(() -> server.store.watches() == 1);
      server.endInOrder();
      String answer = "";
      // Answers come in order, so none comes before the node has begun to end its connections.
      for (int i = 0; i < 120 && answer.isEmpty(); i++) {
        if (i < 14) { // as many as a connection may have under way
          ask(client, "/alive");
        }
        answer = read(client.getInputStream());
      }
      assertThat(answer)
          .startsWith("HTTP/1.1 503")
          .contains("{\"error\":{\"code\":\"outcome-unknown\"");
    }
  }

  private static void ask(Socket client, String path) throws IOException {
    client
        .getOutputStream()
        .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(UTF_8));
  }

  /** Empty if nothing comes within a second. */
  private static String read(InputStream in) throws IOException {
    byte[] first = new byte[1];
    try {
      return in.read(first) < 1
          ? ""
          : new String(first, UTF_8) + new String(in.readAllBytes(), UTF_8);
    } catch (SocketTimeoutException e) {
      return "";
    }
  }
}

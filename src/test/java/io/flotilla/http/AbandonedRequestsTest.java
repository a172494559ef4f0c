package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.TestPatience;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave while they wait. Each wait below is longer than a test may take. */
@Timeout(600)
class AbandonedRequestsTest {
  private static final TestServer SERVER = new TestServer();
  private static final Duration PATIENCE = TestPatience.PATIENCE;

  @BeforeAll
  static void begin() {
    SERVER.put("/kv/here", "1");
    SERVER.put("/agent/service/register", "{\"Name\":\"web\",\"ID\":\"w1\"}");
    SERVER.put("/session/create", "{}");
    SERVER.put("/event/fire/deploy", "now");
  }

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private static String request(String path) {
    return "GET /v1" + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  private static Socket sent(String requests) throws IOException {
    return sent(SERVER, requests);
  }

  private static Socket sent(TestServer server, String requests) throws IOException {
    URI base = URI.create(server.base());
    Socket socket = new Socket(base.getHost(), base.getPort());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.getOutputStream().write(requests.getBytes(UTF_8));
    return socket;
  }

  /** Each test ends when it is zero again. */
  private int waiting() {
    return SERVER.store.watches() + SERVER.registry.watches();
  }

  private void awaitWaiting(int n) {
    await().atMost(PATIENCE).until(() -> waiting() == n);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/kv/here?index=900&wait=10m",
        "/kv/?recurse&index=900&wait=10m",
        "/session/list?index=900&wait=10m",
        "/health/service/web?index=900&wait=10m",
        "/catalog/nodes?index=900&wait=10m",
        "/event/list?index=900&wait=10m",
      })
  void whoClosesItsSideIsAnsweredAsThingsAre(String path) throws IOException {
    try (Socket client = sent(request(path))) {
      awaitWaiting(1);
      client.shutdownOutput();
      String answer = new String(client.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 200").contains("X-Consul-Index");
      awaitWaiting(0);
    }
  }

  @Test
  void aStaleReadThatWaitsEndsToo() throws IOException {
    try (Socket client = sent(request("/kv/here?index=900&wait=10m&stale"))) {
      client.shutdownOutput();
      String answer = new String(client.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 200").contains("X-Consul-Index");
    }
  }

  @Test
  void aWaitOfSeveralReadsEndsToo() throws IOException {
    String hash =
        SERVER.get("/agent/service/w1").headers().firstValue("X-Consul-ContentHash").orElseThrow();
    try (Socket client = sent(request("/agent/service/w1?wait=10m&hash=" + hash))) {
      awaitWaiting(1);
      client.shutdownOutput();
      assertThat(new String(client.getInputStream().readAllBytes(), UTF_8)).contains(hash);
      awaitWaiting(0);
    }
  }

  @Test
  void whoHangsUpWaitsNoLonger() throws IOException {
    for (int i = 0; i < 50; i++) {
      sent(request("/kv/here?index=900&wait=10m")).close();
    }
    Socket last = sent(request("/kv/here?index=900&wait=10m"));
    await().atMost(PATIENCE).until(() -> waiting() >= 1);
    last.close();
    awaitWaiting(0);
  }

  @Test
  void whoHangsUpBehindManyRequestsWaitsNoLonger() throws IOException {
    Socket client = sent(request("/kv/here?index=900&wait=10m").repeat(300));
    client.close();
    awaitWaiting(0);
    try (Socket other = sent(request("/kv/here?index=900&wait=10m").repeat(300))) {
      other.shutdownOutput();
      String answers = new String(other.getInputStream().readAllBytes(), UTF_8);
      assertThat(answers.split("HTTP/1.1 200", -1)).as("all are answered").hasSize(301);
    }
  }

  @Test
  void whoAsksAndClosesItsSideIsAnswered() throws IOException {
    String put = "PUT /v1/kv/half HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nhalf";
    try (Socket client = sent(put + request("/kv/here?raw"))) {
      client.shutdownOutput();
      String answers = new String(client.getInputStream().readAllBytes(), UTF_8);
      assertThat(answers).contains("\r\n\r\ntrue").endsWith("\r\n\r\n1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/watch?prefix=a", "/topics/news"})
  void aStreamOfEventsEndsWithItsClient(String path) throws IOException {
    try (TestServer server = new TestServer();
        Socket client = sent(server, request(path))) {
      byte[] begin = client.getInputStream().readNBytes(20);
      assertThat(new String(begin, UTF_8)).startsWith("HTTP/1.1 200");
      client.shutdownOutput();
      String rest = new String(client.getInputStream().readAllBytes(), UTF_8);
      assertThat(rest).endsWith("\r\n0\r\n\r\n");
    }
  }
}

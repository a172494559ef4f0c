package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.TestPatience;
import io.flotilla.memory.Budget;
import io.flotilla.memory.Budgets;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much of a node's memory many clients may take, on servers that have little. */
@Timeout(600)
class MemoryTest {
  private static final Duration PATIENCE = TestPatience.PATIENCE;
  private static final long MUCH = 64L << 20;

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private TestServer server(long connections, long waiting, long bodies, long answers) {
    return server(connections, waiting, bodies, answers, Duration.ofSeconds(20));
  }

  private TestServer server(
      long connections, long waiting, long bodies, long answers, Duration timeout) {
    Budgets budgets =
        new Budgets(
            new Budget("connections", connections),
            new Budget("waiting", waiting),
            new Budget("bodies", bodies),
            new Budget("requests", MUCH),
            new Budget("answers", answers));
    TestServer server = new TestServer(budgets, 1_000_000, timeout, Duration.ofDays(1));
    open.add(server);
    return server;
  }

  private Socket sent(TestServer server, String request) throws IOException {
    URI base = URI.create(server.base());
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new java.net.InetSocketAddress(base.getHost(), base.getPort()));
    open.add(socket);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.getOutputStream().write(request.getBytes(UTF_8));
    return socket;
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  private static String head(Socket socket) throws IOException {
    return new String(socket.getInputStream().readNBytes(12), UTF_8);
  }

  private void alive(TestServer server) throws IOException {
    assertThat(head(sent(server, get("/alive")))).endsWith(" 200");
  }

  private static void nothingIsLeftOf(Budget budget) {
    await().atMost(PATIENCE).until(() -> budget.used() == 0);
  }

  @Test
  void queriesThatWaitAreAsManyAsThereIsMemoryFor() throws IOException {
    TestServer server = server(MUCH, 5 * 13 * 1024, MUCH, MUCH);
    server.put("/kv/a", "1");
    List<Socket> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiting.add(sent(server, get("/v1/kv/a?index=900&wait=10m")));
    }
    await().atMost(PATIENCE).until(() -> server.store.watches() == 5);
    assertThat(head(sent(server, get("/v1/kv/a?index=900&wait=10m")))).endsWith(" 429");
    assertThat(server.get("/kv/a").statusCode()).isEqualTo(200);
    for (Socket s : waiting) {
      s.close();
    }
    nothingIsLeftOf(server.budgets.waiting());
    assertThat(server.get("/kv/a?index=900&wait=1ms").statusCode()).isEqualTo(200);
  }

  @Test
  void answersThatNobodyReadsAreAsManyAsThereIsMemoryFor() throws IOException {
    TestServer server = server(MUCH, MUCH, MUCH, 3_000_000);
    server.put("/kv/big", "x".repeat(500_000));
    // Many of them are refused, and some answers go into buffers below: until there are enough.
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              sent(server, get("/v1/kv/big?raw").repeat(30));
              return server.budgets.answers().used() > 2_400_000;
            });
    assertThat(server.get("/kv/big?raw").statusCode()).isIn(200, 429);
    alive(server);
    // Clients that read nothing are cut off, though they stay connected.
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              server.passes(Duration.ofMinutes(1));
              return server.budgets.answers().used() == 0;
            });
    assertThat(server.get("/kv/big?raw").body()).hasSize(500_000);
  }

  @Test
  void aLongListWaitsForMemoryAndItsReader() throws IOException {
    TestServer server = server(MUCH, MUCH, MUCH, 1_200_000);
    for (int i = 0; i < 40; i++) {
      server.put("/kv/k/" + i, "x".repeat(400_000));
    }
    List<Socket> deaf = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      deaf.add(sent(server, get("/v1/kv/k/?recurse")));
    }
    await().atMost(PATIENCE).until(() -> server.budgets.answers().used() > 0);
    // While clients that don't read are tolerated, it may be refused.
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              server.passes(Duration.ofMinutes(1));
              return isReadWhole(server);
            });
    nothingIsLeftOf(server.budgets.answers());
  }

  private static boolean isReadWhole(TestServer server) {
    try {
      return TestServer.json(server.get("/kv/k/?recurse")).size() == 40;
    } catch (IllegalStateException e) {
      return false; // cut off
    }
  }

  /** Then the protocol is done with the connection, and only its bytes are left. */
  @Test
  void whoAsksClosesHisSideAndTakesNothingIsCountedAndCutOff() throws Exception {
    TestServer server = server(MUCH, MUCH, MUCH, MUCH);
    server.put("/kv/big", "x".repeat(500_000));
    for (int i = 0; i < 10; i++) {
      sent(server, get("/v1/kv/big?raw").repeat(8)).shutdownOutput();
    }
    await().atMost(PATIENCE).until(() -> server.budgets.answers().used() >= 4_000_000);
    await()
        .atMost(PATIENCE)
        .until(() -> server.budgets.connections().used() >= 10 * Connections.CONNECTION_BYTES);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              server.passes(Duration.ofMinutes(1));
              return server.budgets.answers().used() == 0
                  && server.budgets.connections().used() <= Connections.CONNECTION_BYTES;
            });
  }

  @Test
  void eventsThatNobodyReadsAreAsManyAsThereIsMemoryFor() throws IOException {
    TestServer server = server(MUCH, MUCH, MUCH, 4_000_000);
    List<Socket> deaf = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      server.put("/kv/" + i + "/x", "");
      deaf.add(sent(server, get("/v1/watch?index=1&prefix=" + i + "/")));
      assertThat(head(deaf.get(i))).endsWith(" 200");
    }
    for (int round = 0; round < 80; round++) {
      server.put("/kv/" + round % 30 + "/x", round + "x".repeat(250_000));
      assertThat(server.budgets.answers().used()).isLessThanOrEqualTo(4_000_000);
    }
    alive(server);
    for (Socket s : deaf) {
      s.close();
    }
    nothingIsLeftOf(server.budgets.answers());
  }

  @Test
  void bodiesAreTakenAsFarAsThereIsMemory() throws IOException {
    TestServer server = server(MUCH, MUCH, 1_000_000, MUCH);
    String begun =
        "PUT /v1/kv/slow HTTP/1.1\r\nHost: x\r\nContent-Length: 400001\r\n\r\n"
            + "x".repeat(400_000);
    Socket first = sent(server, begun);
    Socket second = sent(server, begun);
    await().atMost(PATIENCE).until(() -> server.budgets.bodies().used() == 800_000);
    assertThat(head(sent(server, begun))).endsWith(" 429");
    alive(server);
    for (Socket socket : List.of(first, second)) {
      socket.getOutputStream().write('x');
      assertThat(head(socket)).endsWith(" 200");
    }
    nothingIsLeftOf(server.budgets.bodies());
    assertThat(server.put("/kv/quick", "x".repeat(400_000)).body()).isEqualTo("true");
  }

  /** The protocol's parser produces nothing of either until it is complete. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/kv/a HTTP/1.1\r\nHost: x\r\n",
        "PUT /v1/kv/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFF\r\n",
        "GET /v1/kv/a?index=900&wait=10m HTTP/1.1\r\nHost: x\r\n\r\nGET /v1/kv/b HTTP/1.1\r\n"
      })
  void whatNeverGetsWholeIsTakenAsFarAsThereIsMemory(String begin) throws IOException {
    TestServer server = server(MUCH, MUCH, 300_000, MUCH);
    server.put("/kv/a", "1");
    String more = ("X: " + "y".repeat(7_000) + "\r\n").repeat(8);
    for (int i = 0; i < 20; i++) {
      try {
        sent(server, begin + more);
      } catch (IOException e) {
        // It was closed for others.
      }
      // A moment more, while it is being refused.
      await().atMost(PATIENCE).until(() -> server.budgets.bodies().used() <= 300_000);
    }
    alive(server);
    // While some of them are connected, it may be refused.
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              server.passes(Duration.ofMinutes(1));
              return server.put("/kv/b", "x".repeat(100_000)).body().equals("true");
            });
    for (AutoCloseable socket : open.subList(1, open.size())) {
      ((Socket) socket).close();
    }
    nothingIsLeftOf(server.budgets.bodies());
  }

  @Test
  void aHeadThatComesTooSlowlyEnds() throws IOException {
    TestServer server = server(MUCH, MUCH, MUCH, MUCH, Duration.ofSeconds(1));
    Socket slow = sent(server, "GET /v1/kv/a HTTP/1.1\r\nHost: x\r\nX: ");
    assertThat(slow.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void aNewConnectionTakesThePlaceOfTheOneThatIsIdleLongest() throws IOException {
    TestServer server = server(4 * Connections.CONNECTION_BYTES, MUCH, MUCH, MUCH);
    server.put("/kv/a", "1");
    Socket idle = sent(server, "");
    for (int i = 0; i < 10; i++) {
      assertThat(head(sent(server, get("/v1/kv/a")))).endsWith(" 200");
    }
    assertThat(idle.getInputStream().read()).as("closed for others").isEqualTo(-1);
    assertThat(server.budgets.connections().used())
        .isLessThanOrEqualTo(4 * Connections.CONNECTION_BYTES);
  }

  @Test
  void whereAllConnectionsAreBusyANewOneIsToldWhetherTheNodeLives() throws IOException {
    TestServer server = server(4 * Connections.CONNECTION_BYTES, MUCH, MUCH, MUCH);
    server.put("/kv/a", "1"); // by a connection that is idle then, and makes room
    List<Socket> waiting = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      waiting.add(sent(server, get("/v1/kv/a?index=900&wait=10m")));
      int n = i + 1;
      await().atMost(PATIENCE).until(() -> server.store.watches() == n);
    }
    Socket guest = sent(server, get("/v1/kv/a"));
    String refused = new String(guest.getInputStream().readAllBytes(), UTF_8);
    assertThat(refused).startsWith("HTTP/1.1 429").contains("overloaded");
    Socket probe = sent(server, get("/alive"));
    assertThat(new String(probe.getInputStream().readAllBytes(), UTF_8))
        .startsWith("HTTP/1.1 200")
        .contains("Connection: close");
    for (Socket s : waiting) {
      s.close();
    }
    nothingIsLeftOf(server.budgets.connections());
    assertThat(head(sent(server, get("/v1/kv/b")))).endsWith(" 404");
  }
}

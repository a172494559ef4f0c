package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.TestPatience;
import io.flotilla.acl.Grants;
import io.flotilla.acl.Level;
import io.flotilla.memory.Budget;
import io.flotilla.memory.Budgets;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one client may have, and that there is something left for another one. */
@Timeout(600)
class ClientLimitsTest {
  private static final String GREEDY = "127.0.0.1";
  private static final String QUIET = "127.0.0.2";
  private static final int CONNECTIONS = 20;

  /** A part of a body of more. */
  private static final int PART = 300_000;

  private final List<Socket> open = new ArrayList<>();
  private TestServer server =
      new TestServer(
          new Budgets(
              budget("connections", CONNECTIONS * Connections.CONNECTION_BYTES),
              budget("waiting", 8L << 20),
              budget("bodies", 4L << 20),
              budget("requests", 8L << 20),
              budget("answers", 4L << 20)),
          new HttpServer.Clients(0, 0.5, 0.01, 0.125, 2, 3, 3, 2));

  private static Budget budget(String name, long bytes) {
    return new Budget(name, bytes);
  }

  @AfterEach
  void end() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    server.close();
  }

  private record Answer(int status, String body) {}

  /** Each of these networks is a client. */
  private Socket connect(String from) throws IOException {
    Socket socket = new Socket();
    open.add(socket);
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress(GREEDY, URI.create(server.base()).getPort()));
    socket.setSoTimeout(TestPatience.MILLIS);
    return socket;
  }

  private static void ask(Socket socket, String method, String path, String body)
      throws IOException {
    ask(socket, method, path, body, body.length());
  }

  private static void ask(Socket socket, String method, String path, String body, int length)
      throws IOException {
    String head = "%s /v1%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n";
    socket.getOutputStream().write((head.formatted(method, path, length) + body).getBytes(UTF_8));
  }

  private static Answer answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no answer, but " + head);
      }
      head.append((char) next);
    }
    int at = head.indexOf("Content-Length: ");
    int length = at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
    return new Answer(
        Integer.parseInt(head.substring(9, 12)), head + new String(in.readNBytes(length), UTF_8));
  }

  private Answer send(String from, String method, String path, String body) throws IOException {
    try (Socket socket = connect(from)) {
      ask(socket, method, path, body);
      return answer(socket);
    }
  }

  private static void isRefused(Answer answer, String what) {
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.body())
        .contains("X-Flotilla-Error: too-many-" + what, "text/plain", "flotilla.client." + what);
  }

  private void isCounted(String what, int times) {
    assertThat(server.sendTo("GET", "/metrics", null).body())
        .contains("flotilla_http_refusals_total{code=\"too-many-" + what + "\"} " + times + ".0");
  }

  @Test
  void sessionsAreLimitedForEachClient() throws IOException {
    String id = "";
    for (int i = 0; i < 3; i++) {
      Answer made = send(GREEDY, "PUT", "/session/create", "{}");
      assertThat(made.status()).isEqualTo(200);
      id = made.body().replaceAll("(?s).*\"ID\":\"([^\"]*)\".*", "$1");
    }
    isRefused(send(GREEDY, "PUT", "/session/create", "{}"), "sessions");
    isCounted("sessions", 1);
    assertThat(send(QUIET, "PUT", "/session/create", "{}").status()).isEqualTo(200);
    server.failOver("default");
    isRefused(send(GREEDY, "PUT", "/session/create", "{}"), "sessions");
    assertThat(send(GREEDY, "PUT", "/session/destroy/" + id, "").status()).isEqualTo(200);
    assertThat(send(GREEDY, "PUT", "/session/create", "{}").status()).isEqualTo(200);
  }

  @Test
  void servicesAreLimitedForEachClientHoweverTheyAreRegistered() throws IOException {
    String agent = "/agent/service/register";
    String external = "{\"Node\":\"h\",\"Address\":\"10.0.0.1\",\"Service\":{\"Service\":\"%s\"}}";
    assertThat(send(GREEDY, "PUT", agent, "{\"Name\":\"a\"}").status()).isEqualTo(200);
    assertThat(send(GREEDY, "PUT", agent, "{\"Name\":\"b\"}").status()).isEqualTo(200);
    assertThat(send(GREEDY, "PUT", "/catalog/register", external.formatted("c")).status())
        .isEqualTo(200);
    isRefused(send(GREEDY, "PUT", agent, "{\"Name\":\"d\"}"), "services");
    isRefused(send(GREEDY, "PUT", "/catalog/register", external.formatted("d")), "services");
    isCounted("services", 2);
    assertThat(send(GREEDY, "PUT", agent, "{\"Name\":\"b\",\"Port\":1}").status())
        .as("it is there already")
        .isEqualTo(200);
    assertThat(send(QUIET, "PUT", agent, "{\"Name\":\"d\"}").status()).isEqualTo(200);
    assertThat(send(GREEDY, "PUT", "/agent/service/deregister/a", "").status()).isEqualTo(200);
    assertThat(send(GREEDY, "PUT", agent, "{\"Name\":\"e\"}").status()).isEqualTo(200);
  }

  @Test
  void namespacesAreLimitedForEachClientAndADay() throws IOException {
    assertThat(send(GREEDY, "PUT", "/kv/a?ns=one", "x").status()).isEqualTo(200);
    assertThat(send(GREEDY, "PUT", "/session/create?ns=two", "{}").status()).isEqualTo(200);
    isRefused(send(GREEDY, "PUT", "/kv/a?ns=three", "x"), "namespaces");
    isRefused(send(GREEDY, "PUT", "/session/create?ns=three", "{}"), "namespaces");
    isCounted("namespaces", 2);
    assertThat(send(GREEDY, "PUT", "/kv/b?ns=one", "x").status()).isEqualTo(200);
    assertThat(send(GREEDY, "GET", "/kv/b?ns=four", "").status()).isEqualTo(404);
    assertThat(send(QUIET, "PUT", "/kv/a?ns=three", "x").status()).isEqualTo(200);
    server.passes(java.time.Duration.ofHours(13));
    assertThat(send(GREEDY, "PUT", "/kv/a?ns=four", "x").status()).isEqualTo(200);
  }

  @Test
  void subscriptionsAreLimitedForEachClient() throws IOException {
    Socket first = connect(GREEDY);
    ask(first, "GET", "/topics/t", "");
    assertThat(answer(first).status()).isEqualTo(200);
    Socket second = connect(GREEDY);
    ask(second, "GET", "/topics/t", "");
    assertThat(answer(second).status()).isEqualTo(200);
    Answer refused = send(GREEDY, "GET", "/topics/t", "");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.body()).contains("too-many-subscriptions");
    isCounted("subscriptions", 1);
    Socket other = connect(QUIET);
    ask(other, "GET", "/topics/t", "");
    assertThat(answer(other).status()).isEqualTo(200);
    first.close();
    await()
        .atMost(TestPatience.PATIENCE)
        .until(
            () -> {
              Socket again = connect(GREEDY);
              ask(again, "GET", "/topics/t", "");
              return answer(again).status() == 200;
            });
  }

  /** 1 % of 8 MiB has room for six, of 12 KiB each. */
  @Test
  void queriesThatWaitAreLimitedForEachClient() throws IOException {
    long index = waitsFrom(GREEDY);
    for (int i = 0; i < 6; i++) {
      ask(connect(GREEDY), "GET", "/kv/k?wait=10m&index=" + index, "");
    }
    await().atMost(TestPatience.PATIENCE).until(() -> server.store.watches() == 6);
    isRefused(send(GREEDY, "GET", "/kv/k?wait=10m&index=" + index, ""), "watches");
    assertThat(send(GREEDY, "GET", "/watch", "").body()).contains("too-many-watches");
    isCounted("watches", 2);
    assertThat(send(GREEDY, "GET", "/kv/k", "").status()).isEqualTo(200);
    ask(connect(QUIET), "GET", "/kv/k?wait=10m&index=" + index, "");
    await().atMost(TestPatience.PATIENCE).until(() -> server.store.watches() == 7);
    assertThat(send(GREEDY, "PUT", "/kv/k", "y").status()).isEqualTo(200);
    await().atMost(TestPatience.PATIENCE).until(() -> server.store.watches() == 0);
    long next = waitsFrom(GREEDY);
    ask(connect(GREEDY), "GET", "/kv/k?wait=10m&index=" + next, "");
    await().atMost(TestPatience.PATIENCE).until(() -> server.store.watches() == 1);
  }

  private long waitsFrom(String client) throws IOException {
    send(client, "PUT", "/kv/k", client);
    String head = send(client, "GET", "/kv/k", "").body();
    return Long.parseLong(head.replaceAll("(?s).*X-Consul-Index: (\\d+).*", "$1"));
  }

  /** Of 8 MiB together each may have 1 MiB, which three of these bodies fit in. */
  @Test
  void bytesOnTheirWayAreLimitedForEachClient() throws IOException {
    List<Socket> sends = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Socket socket = connect(GREEDY);
      sends.add(socket);
      ask(socket, "PUT", "/kv/large", "x".repeat(PART), PART + 1);
      if (i < 3) {
        long expected = (i + 1L) * PART;
        await()
            .atMost(TestPatience.PATIENCE)
            .until(() -> server.budgets.bodies().used() >= expected);
      }
    }
    isRefused(answer(sends.get(3)), "bytes");
    isCounted("bytes", 1);
    assertThat(send(QUIET, "PUT", "/kv/small", "x".repeat(50_000)).status()).isEqualTo(200);
    sends.get(0).getOutputStream().write('x');
    assertThat(answer(sends.get(0)).status()).isEqualTo(200);
    assertThat(send(GREEDY, "PUT", "/kv/small", "x".repeat(50_000)).status()).isEqualTo(200);
  }

  @Test
  void aClientsIdleConnectionsMakeRoomForItsOwnAndNotForOthers() throws IOException {
    Socket quiet = connect(QUIET);
    ask(quiet, "PUT", "/kv/q", "x");
    assertThat(answer(quiet).status()).isEqualTo(200);
    for (int i = 0; i < 5 * CONNECTIONS; i++) {
      Socket socket = connect(GREEDY);
      ask(socket, "PUT", "/kv/g", "x");
      assertThat(answer(socket).status()).isEqualTo(200);
    }
    assertThat(server.budgets.connections().used())
        .isLessThanOrEqualTo((CONNECTIONS / 2 + 1) * Connections.CONNECTION_BYTES);
    ask(quiet, "GET", "/kv/q", "");
    assertThat(answer(quiet).status()).isEqualTo(200);
  }

  /**
   * Connections that are all in use, queries that wait, bodies that never end, one write after the
   * other: as much as can be had, and again. The quiet client must not notice.
   */
  @Test
  void aGreedyClientIsRefusedWhileAQuietOneIsAlwaysAnswered() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger refusals = new AtomicInteger();
    List<Thread> greedy = new ArrayList<>();
    for (int i = 0; i < 4 * CONNECTIONS; i++) {
      int kind = i;
      Thread thread = new Thread(() -> greedily(kind, over, refusals));
      thread.start();
      greedy.add(thread);
    }
    await().atMost(TestPatience.PATIENCE).until(() -> refusals.get() > CONNECTIONS);
    try (Socket quiet = connect(QUIET)) {
      for (int i = 0; i < 200; i++) {
        ask(quiet, "PUT", "/kv/quiet", "x" + i);
        assertThat(answer(quiet).status()).isEqualTo(200);
        ask(quiet, "GET", "/kv/quiet?raw", "");
        assertThat(answer(quiet).body()).endsWith("x" + i);
        assertThat(send(QUIET, "GET", "/status/leader", "").status()).isEqualTo(200);
      }
    }
    int before = refusals.get();
    await().atMost(TestPatience.PATIENCE).until(() -> refusals.get() > before);
    over.set(true);
    for (Thread thread : greedy) {
      thread.join();
    }
  }

  private void greedily(int kind, AtomicBoolean over, AtomicInteger refusals) {
    while (!over.get()) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(GREEDY, URI.create(server.base()).getPort()));
        socket.setSoTimeout(200);
        for (int i = 0; i < 50 && !over.get(); i++) {
          switch (kind % 4) {
            case 0 -> ask(socket, "GET", "/kv/none?wait=10m&index=1000000", "");
            case 1 -> ask(socket, "PUT", "/kv/greedy", "x".repeat(PART), PART + 1);
            case 2 -> ask(socket, "GET", "/watch", "");
            default -> ask(socket, "PUT", "/kv/greedy", "x");
          }
          if (answer(socket).status() == 429) {
            refusals.incrementAndGet();
          }
        }
      } catch (IOException e) {
        // The node ends the connection, or what was asked takes long: on to the next.
      }
    }
  }

  @Test
  void aTokenIsAClientWhereverItIsShown() throws IOException {
    server.close();
    String root = "a-secret-of-the-node";
    server =
        new TestServer(
            new Grants.Settings(HttpServer.DATACENTER, Level.WRITE, root),
            new HttpServer.Clients(0, 1, 1, 1, 0, 1, 0, 0));
    await()
        .atMost(TestPatience.PATIENCE)
        .until(() -> server.get("/acl/token/self").statusCode() == 200);
    String create = "/session/create?token=" + root;
    assertThat(send(GREEDY, "PUT", create, "{}").status()).isEqualTo(200);
    isRefused(send(QUIET, "PUT", create, "{}"), "sessions");
    assertThat(send(QUIET, "PUT", "/session/create", "{}").status()).isEqualTo(200);
    isRefused(send(QUIET, "PUT", "/session/create", "{}"), "sessions");
  }
}

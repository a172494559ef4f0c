package io.flotilla.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import io.flotilla.memory.Budgets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Connections that end, on one side or the other, while answers wait to be sent. */
class LastAnswersTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("akka.actor.provider = local")
              .withFallback(ConfigFactory.load()));

  /** More than the system buffers for a client that doesn't read. */
  private static final int MUCH = 32 << 20;

  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  private record Asked(String path, CompletableFuture<HttpResponse> answer) {}

  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private final Budgets budgets = Budgets.shares(0.2, 0.2, 0.2, 0.2, 0.2);
  private final Connections connections =
      new Connections(budgets.connections(), TestServer.UNLIMITED);

  private InetSocketAddress bind() {
    Pace pace = new Pace(1, TestPatience.PATIENCE, System::nanoTime);
    HttpPort.Limits limits =
        new HttpPort.Limits(
            Duration.ofDays(1),
            TestPatience.PATIENCE,
            TestServer.UNLIMITED,
            TestServer::somebody,
            connections,
            budgets,
            pace);
    HttpPort.Service service =
        new HttpPort.Service(
            KIT.system(), this::ask, new AnswerHead(Clock.systemUTC()), Optional.empty());
    return HttpPort.bind(HttpPort.loops(), new InetSocketAddress("127.0.0.1", 0), limits, service)
        .toCompletableFuture()
        .join()
        .endsWith(KIT.system())
        .address();
  }

  private CompletableFuture<HttpResponse> ask(HttpRequest request) {
    CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
    asked.add(new Asked(request.getUri().path(), answer));
    return answer;
  }

  private static HttpResponse answer(int bytes) {
    return HttpResponse.create().withEntity("x".repeat(bytes));
  }

  private static Socket connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(address);
    socket.setSoTimeout(TestPatience.MILLIS);
    return socket;
  }

  /** Two answers, of which the second waits until the client reads the first. */
  private void answerTwice(Socket client) throws Exception {
    String ask = "GET /%s HTTP/1.1\r\nHost: x\r\n\r\n";
    client.getOutputStream().write((ask.formatted("a") + ask.formatted("b")).getBytes(US_ASCII));
    for (String path : List.of("/a", "/b")) {
      Asked next = asked.poll(TestPatience.MILLIS, TimeUnit.MILLISECONDS);
      assertThat(next.path()).isEqualTo(path);
      next.answer().complete(answer(path.equals("/a") ? MUCH : 1));
    }
  }

  private static void bothAreReadAndThenTheEnd(Socket client) throws IOException {
    String all = new String(client.getInputStream().readAllBytes(), US_ASCII);
    assertThat(all).hasSizeGreaterThan(MUCH).endsWith("\r\n\r\nx");
  }

  @Test
  void a_connection_whose_client_closes_its_side_ends_after_the_answers_that_wait()
      throws Exception {
    try (Socket client = connect(bind())) {
      answerTwice(client);
      client.shutdownOutput();
      bothAreReadAndThenTheEnd(client);
    }
  }

  @Test
  void a_connection_of_a_node_that_ends_does_too() throws Exception {
    try (Socket client = connect(bind())) {
      answerTwice(client);
      connections.end(Duration.ofMillis(1), TestPatience.PATIENCE);
      bothAreReadAndThenTheEnd(client);
    }
  }

  private static void send(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private CompletableFuture<HttpResponse> asked() throws InterruptedException {
    return asked.poll(TestPatience.MILLIS, TimeUnit.MILLISECONDS).answer();
  }

  private static String toTheEnd(Socket client) throws IOException {
    return new String(client.getInputStream().readAllBytes(), US_ASCII);
  }

  @Test
  void a_client_of_a_node_that_ends_may_ask_once_more_and_is_told_that_it_was_the_last_time()
      throws Exception {
    try (Socket client = connect(bind())) {
      send(client, GET);
      asked().complete(answer(1));
      assertThat(client.getInputStream().read()).isEqualTo('H');
      connections.end(TestPatience.PATIENCE, TestPatience.PATIENCE);
      send(client, GET);
      asked().complete(answer(1));
      assertThat(toTheEnd(client))
          .containsOnlyOnce("Connection: close")
          .containsPattern("(?s)HTTP/1.1 200 .*Connection: close.*x$");
    }
  }

  @Test
  void all_that_a_client_asked_is_answered_before_a_node_says_that_it_ends() throws Exception {
    try (Socket client = connect(bind())) {
      send(client, GET.repeat(3));
      List<CompletableFuture<HttpResponse>> answers = List.of(asked(), asked(), asked());
      connections.end(TestPatience.PATIENCE, TestPatience.PATIENCE);
      answers.forEach(each -> each.complete(answer(1)));
      assertThat(toTheEnd(client).split("HTTP/1.1 200 "))
          .hasSize(4)
          .satisfies(
              parts -> {
                assertThat(parts[1] + parts[2]).doesNotContain("Connection: close");
                assertThat(parts[3]).contains("Connection: close");
              });
    }
  }

  @Test
  void a_node_that_ends_closes_idle_connections_but_not_while_a_request_arrives() throws Exception {
    InetSocketAddress address = bind();
    try (Socket idle = connect(address);
        Socket slow = connect(address)) {
      send(slow, GET.strip() + ("\r\nX: " + "x".repeat(5_000)).repeat(5));
      Awaitility.await()
          .atMost(TestPatience.PATIENCE)
          .until(
              () -> budgets.bodies().used() > 0); // what is more than a connection is charged for
      connections.end(Duration.ofMillis(1), TestPatience.PATIENCE);
      assertThat(toTheEnd(idle)).isEmpty();
      send(slow, "\r\n\r\n");
      asked().complete(answer(1));
      assertThat(toTheEnd(slow)).startsWith("HTTP/1.1 200 ").contains("Connection: close");
    }
  }
}

package io.flotilla.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import io.flotilla.memory.Budgets;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a single client may make of its connection. */
@Timeout(600)
class OneClientTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString("akka.actor.provider = local")
              .withFallback(ConfigFactory.load()));
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  private final Budgets budgets = Budgets.shares(0.2, 0.2, 0.2, 0.2, 0.2);

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private Socket client(Function<HttpRequest, CompletionStage<HttpResponse>> answers)
      throws IOException {
    HttpPort.Limits limits =
        new HttpPort.Limits(
            Duration.ofDays(1),
            TestPatience.PATIENCE,
            TestServer.UNLIMITED,
            TestServer::somebody,
            new Connections(budgets.connections(), TestServer.UNLIMITED),
            budgets,
            new Pace(1, TestPatience.PATIENCE, System::nanoTime));
    HttpPort.Service service =
        new HttpPort.Service(
            KIT.system(), answers, new AnswerHead(Clock.systemUTC()), Optional.empty());
    InetSocketAddress address =
        HttpPort.bind(HttpPort.loops(), new InetSocketAddress("127.0.0.1", 0), limits, service)
            .toCompletableFuture()
            .join()
            .endsWith(KIT.system())
            .address();
    Socket socket = new Socket();
    socket.setReceiveBufferSize(1 << 16);
    socket.connect(address);
    socket.setSoTimeout(TestPatience.MILLIS);
    return socket;
  }

  private static CompletionStage<HttpResponse> now(HttpResponse answer) {
    return CompletableFuture.completedFuture(answer);
  }

  /**
   * Nagle's algorithm holds back the rest of a body until its beginning is acknowledged. Linux puts
   * off an acknowledgement by at least 40 ms if nothing asks for it: then every request takes that
   * long, so the fastest ones tell, on a busy machine too.
   */
  @Test
  void a_body_that_arrives_in_pieces_does_not_wait_for_its_acknowledgements() throws Exception {
    try (Socket socket = client(OneClientTest::takeAll)) {
      socket.setTcpNoDelay(false);
      byte[] head = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000\r\n\r\n".getBytes(US_ASCII);
      long[] nanos = new long[200];
      for (int i = 0; i < nanos.length; i++) {
        long begun = System.nanoTime();
        socket.getOutputStream().write(head);
        for (int piece = 0; piece < 3; piece++) {
          socket.getOutputStream().write(new byte[1000]);
        }
        readHead(socket.getInputStream());
        nanos[i] = System.nanoTime() - begun;
      }
      Arrays.sort(nanos);
      assertThat(Duration.ofNanos(nanos[nanos.length / 4])).isLessThan(Duration.ofMillis(40));
    }
  }

  private static CompletionStage<HttpResponse> takeAll(HttpRequest request) {
    return request
        .entity()
        .toStrict(TestPatience.MILLIS, KIT.system())
        .thenApply(all -> HttpResponse.create());
  }

  private static void readHead(InputStream in) throws IOException {
    int newLines = 0;
    while (newLines < 2) {
      int next = in.read();
      assertThat(next).isNotEqualTo(-1);
      newLines = next == '\n' ? newLines + 1 : next == '\r' ? newLines : 0;
    }
  }

  /** Small answers aren't counted one by one, so they must not pile up. */
  @Test
  void who_takes_no_answers_is_read_from_no_longer_until_he_does() throws Exception {
    int requests = 20_000;
    HttpResponse small = HttpResponse.create().withEntity("~".repeat(1000));
    AtomicInteger served = new AtomicInteger();
    try (Socket client =
        client(
            request -> {
              served.incrementAndGet();
              return now(small);
            })) {
      Thread asks = new Thread(() -> ask(client, requests));
      asks.start();
      AtomicInteger before = new AtomicInteger(-1);
      await()
          .pollInterval(Duration.ofSeconds(1))
          .atMost(TestPatience.PATIENCE)
          .until(() -> served.get() > 0 && before.getAndSet(served.get()) == served.get());
      assertThat(served).as("some that the network holds").hasValueLessThan(requests / 2);
      assertThat(bodies(client.getInputStream(), 1000L * requests)).isEqualTo(1000L * requests);
      asks.join();
    }
  }

  private static void ask(Socket client, int requests) {
    try {
      for (int i = 0; i < requests; i += 100) {
        client.getOutputStream().write(GET.repeat(100).getBytes(US_ASCII));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many bytes of bodies come. */
  private static long bodies(InputStream in, long bytes) throws IOException {
    byte[] some = new byte[1 << 16];
    long all = 0;
    while (all < bytes) {
      int n = in.read(some);
      assertThat(n).as("after " + all).isPositive();
      for (int i = 0; i < n; i++) {
        all += some[i] == '~' ? 1 : 0;
      }
    }
    return all;
  }

  private static HttpResponse streamed(Source<ByteString, ?> body) {
    return HttpResponse.create()
        .withEntity(HttpEntities.createChunked(ContentTypes.APPLICATION_OCTET_STREAM, body));
  }

  @Test
  void a_request_that_waits_behind_another_is_forgotten_with_its_connection() throws Exception {
    CompletableFuture<HttpResponse> first = new CompletableFuture<>();
    String large = "PUT / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(5000) + "\r\n\r\n";
    try (Socket client = client(request -> first)) {
      client.getOutputStream().write((GET + large).getBytes(US_ASCII));
      await().atMost(TestPatience.PATIENCE).until(() -> budgets.bodies().used() > 0);
      first.complete(streamed(Source.failed(new IllegalStateException("it breaks off"))));
      client.getInputStream().readAllBytes();
    }
    await().atMost(TestPatience.PATIENCE).until(() -> budgets.bodies().used() == 0);
    await().atMost(TestPatience.PATIENCE).until(() -> budgets.connections().used() == 0);
  }

  /** Its client would wait for ever otherwise. */
  @Test
  void a_connection_ends_where_an_answer_can_not_be_written() throws Exception {
    Source<ByteString, ?> broken =
        Source.<ByteString>empty()
            .mapMaterializedValue(
                none -> {
                  throw new IllegalStateException("it can't be read");
                });
    CompletableFuture<HttpResponse> later = new CompletableFuture<>();
    try (Socket client = client(request -> later)) {
      client.getOutputStream().write(GET.getBytes(US_ASCII));
      later.complete(streamed(broken));
      assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
          .doesNotEndWith("0\r\n\r\n");
    }
    await().atMost(TestPatience.PATIENCE).until(() -> budgets.connections().used() == 0);
  }

  private static CompletionStage<HttpResponse> thread(HttpRequest request, HttpEntity.Strict body) {
    return now(HttpResponse.create().withEntity(Thread.currentThread().getName()));
  }

  @Test
  void a_large_body_is_parsed_where_nobody_else_has_to_wait_for_that() throws Exception {
    List<Endpoint> endpoints =
        List.of(Endpoints.PUT.at("/x", Need.NOTHING, 1 << 20, OneClientTest::thread));
    Router router =
        new Router(
            KIT.system(),
            new Access(
                "",
                new ForeignPages(Set.of()),
                new Rate(1, Duration.ofSeconds(1), System::nanoTime),
                Optional.empty()),
            List.of(endpoints));
    try (Socket client = client(router::answer)) {
      assertThat(put(client, 1_000)).contains(HttpPort.LOOP);
      assertThat(put(client, 1_000_000)).doesNotContain(HttpPort.LOOP).contains("dispatcher");
    }
  }

  private static String put(Socket client, int bytes) throws IOException {
    String head = "PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: " + bytes + "\r\n\r\n";
    client.getOutputStream().write((head + "x".repeat(bytes)).getBytes(US_ASCII));
    byte[] some = new byte[4096];
    String all = "";
    while (!all.contains("\r\n\r\n") || all.endsWith("\r\n\r\n")) {
      all += new String(some, 0, client.getInputStream().read(some), US_ASCII);
    }
    return all;
  }
}

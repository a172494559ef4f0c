package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.flotilla.FreePorts;
import io.flotilla.TestPatience;
import io.flotilla.proxy.Backend;
import io.flotilla.registry.balance.ExactPick;
import io.flotilla.registry.balance.HashKey;
import io.flotilla.registry.balance.Instance;
import io.flotilla.registry.balance.Policy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class ProxyRoutesTest {
  private final ProxyServer proxy =
      new ProxyServer(TestPatience.PATIENCE, 4, (namespace, service) -> nothing());
  private final List<AutoCloseable> open = new ArrayList<>(List.of(proxy));

  private static CompletionStage<Optional<ExactPick.Choice>> nothing() {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable c : open) {
      c.close();
    }
  }

  private Instance serves(String id, HttpHandler handler) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
    server.createContext("/", handler);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
    open.add(() -> server.stop(0));
    return Backend.instance(id, server.getAddress().getPort());
  }

  private Instance talks(String id, Backend.Talk talk) throws IOException {
    Backend backend = new Backend(talk);
    open.add(backend);
    return backend.instance(id);
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static HttpHandler named(String name) {
    return exchange -> answer(exchange, 200, name);
  }

  /** Answers what it was asked. */
  private static void tell(HttpExchange exchange) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(exchange.getRequestMethod()).append(' ').append(exchange.getRequestURI());
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) ->
                text.append('\n')
                    .append(name.toLowerCase())
                    .append(": ")
                    .append(String.join(" | ", values)));
    text.append("\n\n").append(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    exchange
        .getResponseHeaders()
        .add("Set-Cookie", "a=1; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT");
    exchange.getResponseHeaders().add("Set-Cookie", "b=2");
    exchange.getResponseHeaders().add("X-Own", "told");
    exchange.getResponseHeaders().add("X-Hop", "not told");
    exchange.getResponseHeaders().add("Connection", "x-hop");
    answer(exchange, 201, text.toString());
  }

  private HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(proxy.base.resolve(path)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return proxy.client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aClientThatHangsUpEndsItsExchangeThoughTheInstanceIsSilent() throws IOException {
    CompletableFuture<Void> left = new CompletableFuture<>();
    ProxyServer patient = new ProxyServer(Duration.ofMinutes(10), 4, (ns, service) -> nothing());
    open.add(patient);
    patient.has(
        talks(
            "a",
            client -> {
              Backend.silence(client);
              left.complete(null);
            }));
    Socket client = patient.connect();
    client
        .getOutputStream()
        .write("GET /v1/proxy/web/ HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
    await().until(() -> patient.balancer.loads("default", "web").get(0).inFlight() == 1);
    client.close();
    await().until(left::isDone);
  }

  @Test
  void aBodyThatComesTooSlowlyIsGivenUp() throws IOException {
    ProxyServer patient = new ProxyServer(Duration.ofMinutes(10), 4, (ns, service) -> nothing());
    open.add(patient);
    CompletableFuture<Void> left = new CompletableFuture<>();
    patient.has(
        talks(
            "a",
            client -> {
              Backend.silence(client);
              left.complete(null);
            }));
    try (Socket client = patient.connect()) {
      client.setSoTimeout(50_000);
      client
          .getOutputStream()
          .write(
              "PUT /v1/proxy/web/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx"
                  .getBytes(UTF_8));
      assertThat(new String(client.getInputStream().readNBytes(12), UTF_8)).endsWith(" 408");
      await().atMost(Duration.ofSeconds(50)).until(left::isDone);
    }
  }

  @Test
  void aClientThatOnlyClosesItsSideGetsItsAnswer() throws IOException {
    proxy.has(serves("a", named("a")));
    try (Socket client = proxy.connect()) {
      client
          .getOutputStream()
          .write("GET /v1/proxy/web/ HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      client.shutdownOutput();
      assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 200");
    }
  }

  private void noneUnderWay() {
    noneUnderWay(proxy);
  }

  private static void noneUnderWay(ProxyServer proxy) {
    await()
        .until(
            () -> proxy.balancer.loads("default", "web").stream().allMatch(l -> l.inFlight() == 0));
  }

  @Test
  void aRequestIsHandedOnWithWhereItCameFromAndWithoutWhatConcernsOneConnection()
      throws IOException {
    proxy.has(serves("a", ProxyRoutesTest::tell));
    String answer =
        proxy.raw(
            "PATCH /v1/proxy/web/a%2Fb//%C3%A7?x=1&y=%20z HTTP/1.1\r\nHost: front:80\r\n"
                + "Content-Length: 5\r\nX-Forwarded-For: 10.9.8.7\r\nX-Forwarded-Host: forged\r\n"
                + "Keep-Alive: 5\r\nTE: trailers\r\nX-Once: 1\r\nConnection: close, x-once\r\n"
                + "X-Kept: yes\r\nCookie: c=d\r\n\r\nhello");
    assertThat(answer)
        .startsWith("HTTP/1.1 201 Created")
        .contains("PATCH /a%2Fb//%C3%A7?x=1&y=%20z\n")
        .contains("x-forwarded-for: 10.9.8.7, 127.0.0.1\n")
        .contains("x-forwarded-host: front:80\n")
        .contains("x-forwarded-proto: http\n")
        .contains("x-forwarded-prefix: /v1/proxy/web\n")
        .containsPattern("\nhost: 127.0.0.1:\\d+\n")
        .contains("x-kept: yes\n", "cookie: c=d\n", "content-length: 5\n")
        .endsWith("\n\nhello")
        .doesNotContain("x-once", "keep-alive", "\nte: ", "forged", "user-agent");
    noneUnderWay();
  }

  @Test
  void dotSegmentsAreTheServicesToResolve() throws IOException {
    proxy.has(serves("a", ProxyRoutesTest::tell));
    assertThat(
            proxy.raw(
                "GET /v1/proxy/web/../other/%2e%2E/x%FF HTTP/1.1\r\nHost: x\r\n"
                    + "Connection: close\r\n\r\n"))
        .contains("GET /../other/%2e%2E/x%FF\n")
        .contains("x-forwarded-prefix: /v1/proxy/web\n");
  }

  @Test
  void anAnswerIsHandedOnWithoutWhatCountsForTheOriginOfTheApi() throws IOException {
    proxy.has(serves("a", ProxyRoutesTest::tell));
    HttpResponse<String> answer = get("/v1/proxy/web");
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.body()).startsWith("GET /\n");
    assertThat(answer.headers().allValues("Set-Cookie")).isEmpty();
    assertThat(answer.headers().allValues("Content-Security-Policy")).containsExactly("sandbox");
    assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
    assertThat(answer.headers().firstValue("X-Own")).hasValue("told");
    assertThat(answer.headers().firstValue("X-Hop")).isEmpty();
    assertThat(answer.headers().firstValue("Content-Length")).isPresent();
  }

  @Test
  void anAnswerToHeadHasNoBody() throws IOException {
    proxy.has(
        talks(
            "a",
            client ->
                client
                    .getOutputStream()
                    .write(
                        "HTTP/1.1 200 OK\r\nContent-Length: 123456\r\nDate: then\r\nServer: x\r\n\r\n"
                            .getBytes(UTF_8))));
    String answer =
        proxy.raw("HEAD /v1/proxy/web/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\n");
    noneUnderWay();
  }

  @Test
  void answersWithoutABodyAreHandedOn() throws IOException {
    proxy.has(serves("a", exchange -> answer(exchange, 304, "")));
    assertThat(get("/v1/proxy/web/").statusCode()).isEqualTo(304);
    noneUnderWay();
  }

  @Test
  void theNodesTokenStaysHere() throws IOException {
    proxy.has(serves("a", ProxyRoutesTest::tell));
    String token = ProxyServer.TOKEN;
    String told =
        send(HttpRequest.newBuilder(
                    proxy.base.resolve("/v1/proxy/web/?a=1&token=" + token + "&b=2"))
                .header("X-Consul-Token", token)
                .header("Authorization", "Bearer " + token))
            .body();
    assertThat(told).contains("GET /?a=1&b=2\n").doesNotContain(token);
    String encoded = "%74oken=%73" + token.substring(1);
    String hidden =
        send(HttpRequest.newBuilder(proxy.base.resolve("/v1/proxy/web/?a=1&" + encoded))
                .header("X-Consul-Token", token)
                .header("Cookie", "a=b; consul=" + token)
                .header("Referer", proxy.base + "/v1/kv/?" + encoded)
                .header("X-Copy", token))
            .body();
    assertThat(hidden)
        .contains("GET /?a=1\n")
        .doesNotContain(token, token.substring(1), "cookie", "referer", "x-copy");
    String other =
        send(HttpRequest.newBuilder(proxy.base.resolve("/v1/proxy/web/?token=other"))
                .header("Authorization", "Bearer other"))
            .body();
    assertThat(other).contains("token=other", "authorization: Bearer other");
  }

  @Test
  void aRequestThatComesBackIsRefused() throws IOException {
    AtomicInteger turns = new AtomicInteger();
    // A service that hands on what it gets, to the node's proxy of itself.
    Instance back =
        serves(
            "a",
            exchange -> {
              turns.incrementAndGet();
              HttpResponse<String> answer =
                  send(
                      HttpRequest.newBuilder(proxy.base.resolve("/v1/proxy/web/"))
                          .header("Via", exchange.getRequestHeaders().getFirst("Via")));
              answer(exchange, answer.statusCode(), answer.body());
            });
    proxy.has(back);
    HttpResponse<String> answer = get("/v1/proxy/web/");
    assertThat(answer.statusCode()).isEqualTo(508);
    assertThat(answer.body()).contains("proxy-loop");
    assertThat(turns).hasValue(1);
    noneUnderWay();
  }

  @Test
  void nobodyIsLedWhereInstancesMustNotBe() throws IOException {
    Instance own = serves("own", named("own"));
    ProxyServer.OWN_PORTS.add(own.port());
    proxy.has(own);
    HttpResponse<String> answer = get("/v1/proxy/web/");
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(TestServer.code(answer)).isEqualTo("no-instance-reachable");
    assertThat(answer.body()).contains("is a port of this cluster itself");
    proxy.has(new Instance("n", "metadata", "169.254.169.254", 80, 1));
    assertThat(get("/v1/proxy/web/").body()).contains("is not among the targets");
    noneUnderWay();
  }

  @Test
  void fiftyMegabytesGoUpAndComeBack() throws Exception {
    byte[] body = new byte[50 << 20];
    new Random(3).nextBytes(body);
    CRC32 sent = new CRC32();
    sent.update(body);
    proxy.has(
        serves(
            "a",
            exchange -> {
              CheckedInputStream in =
                  new CheckedInputStream(exchange.getRequestBody(), new CRC32());
              in.transferTo(OutputStream.nullOutputStream());
              assertThat(in.getChecksum().getValue()).isEqualTo(sent.getValue());
              exchange.sendResponseHeaders(200, body.length);
              exchange.getResponseBody().write(body);
              exchange.close();
            }));
    HttpRequest request =
        HttpRequest.newBuilder(proxy.base.resolve("/v1/proxy/web/"))
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    HttpResponse<InputStream> response = proxy.client.send(request, BodyHandlers.ofInputStream());
    assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(body.length);
    CheckedInputStream in = new CheckedInputStream(response.body(), new CRC32());
    assertThat(in.transferTo(OutputStream.nullOutputStream())).isEqualTo(body.length);
    assertThat(in.getChecksum().getValue()).isEqualTo(sent.getValue());
    noneUnderWay();
  }

  @Test
  void anInstanceThatReadsSlowlyHoldsTheClientUp() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    proxy.has(talks("a", client -> end.await()));
    byte[] block = new byte[1 << 16];
    AtomicInteger sent = new AtomicInteger();
    try (Socket client = proxy.connect()) {
      OutputStream out = client.getOutputStream();
      out.write(
          "POST /v1/proxy/web/ HTTP/1.1\r\nHost: x\r\nContent-Length: 52428800\r\n\r\n"
              .getBytes(UTF_8));
      Thread sender =
          new Thread(
              () -> {
                try {
                  while (sent.addAndGet(block.length) < 50 << 20) {
                    out.write(block);
                  }
                } catch (IOException e) {
                  // the test is over
                }
              });
      sender.start();
      await().during(Duration.ofMillis(500)).until(new Unchanged(sent)::check);
      assertThat(sent.get()).isBetween(1, 24 << 20);
    }
    end.countDown();
    noneUnderWay();
  }

  @Test
  void aClientThatReadsSlowlyHoldsTheInstanceUp() throws Exception {
    AtomicInteger written = new AtomicInteger();
    proxy.has(
        serves(
            "a",
            exchange -> {
              exchange.sendResponseHeaders(200, 50 << 20);
              byte[] block = new byte[1 << 16];
              for (int i = 0; i < (50 << 20) / block.length; i++) {
                exchange.getResponseBody().write(block);
                written.addAndGet(block.length);
              }
              exchange.close();
            }));
    try (Socket slow = proxy.connect()) {
      slow.getOutputStream()
          .write("GET /v1/proxy/web/ HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      await().during(Duration.ofMillis(700)).until(new Unchanged(written)::check);
      assertThat(written.get()).isBetween(1, 24 << 20);
    }
    noneUnderWay();
  }

  /** Whether a number is above zero and has not changed since the last check. */
  private static final class Unchanged {
    private final AtomicInteger number;
    private int last;

    Unchanged(AtomicInteger number) {
      this.number = number;
    }

    boolean check() {
      int before = last;
      last = number.get();
      return last > 0 && last == before;
    }
  }

  @Test
  void whatWasNotSentYetGoesToAnotherInstance() throws IOException {
    proxy.has(Backend.instance("dead", FreePorts.next()), serves("alive", ProxyRoutesTest::tell));
    for (int i = 0; i < 6; i++) {
      HttpResponse<String> answer =
          send(
              HttpRequest.newBuilder(proxy.base.resolve("/v1/proxy/web/x"))
                  .POST(BodyPublishers.ofString("body " + i)));
      assertThat(answer.statusCode()).isEqualTo(201);
      assertThat(answer.body()).endsWith("body " + i);
    }
    assertThat(proxy.ejected).isNotEmpty().containsOnly("dead");
    noneUnderWay();
  }

  @Test
  void whatMayHaveBeenSentIsNotTriedAgain() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    Backend.Talk hangUp =
        client -> {
          assertThat(client.getInputStream().read()).isEqualTo('P');
          asked.incrementAndGet();
        };
    proxy.has(talks("a", hangUp), talks("b", hangUp));
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(proxy.base.resolve("/v1/proxy/web/"))
                .PUT(BodyPublishers.ofString("once")));
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(TestServer.code(answer)).isEqualTo("bad-gateway");
    assertThat(asked).hasValue(1);
    noneUnderWay();
  }

  @Test
  void anInstanceThatNeverAnswersIsA504() throws IOException {
    ProxyServer hasty = new ProxyServer(Duration.ofSeconds(1), 4, (ns, service) -> nothing());
    open.add(hasty);
    hasty.has(talks("a", Backend::silence));
    HttpResponse<String> answer =
        send(HttpRequest.newBuilder(hasty.base.resolve("/v1/proxy/web/")));
    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(TestServer.code(answer)).isEqualTo("gateway-timeout");
    noneUnderWay(hasty);
  }

  @Test
  void anInstanceThatKeepsItsConnectionOpenIsNotInUseAfterItsAnswer() throws IOException {
    proxy.has(
        talks(
            "a",
            client -> {
              client
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(UTF_8));
              Backend.silence(client);
            }));
    assertThat(get("/v1/proxy/web/").body()).isEqualTo("ok");
    noneUnderWay();
  }

  @Test
  void noInstanceAndNoServiceAndNobodyReachableAreToldApart() throws IOException {
    assertThat(get("/v1/proxy/web/").statusCode()).isEqualTo(404);
    assertThat(TestServer.code(get("/v1/proxy/web/"))).isEqualTo("unknown-service");
    proxy.has();
    assertThat(get("/v1/proxy/web/").statusCode()).isEqualTo(503);
    assertThat(TestServer.code(get("/v1/proxy/web/"))).isEqualTo("no-instance");
    proxy.has(Backend.instance("dead", FreePorts.next()));
    assertThat(get("/v1/proxy/web/").statusCode()).isEqualTo(502);
    assertThat(TestServer.code(get("/v1/proxy/web/"))).isEqualTo("no-instance-reachable");
    assertThat(TestServer.code(get("/v1/proxy/"))).isEqualTo("missing-service");
    proxy.has(serves("a", named("a")));
    HttpResponse<String> elsewhere =
        send(
            HttpRequest.newBuilder(proxy.base.resolve("/v1/proxy/web/"))
                .header("X-Consul-Namespace", "other"));
    assertThat(elsewhere.statusCode()).isEqualTo(404);
  }

  @Test
  void webSocketsAreRefused() throws IOException {
    proxy.has(serves("a", named("a")));
    String answer =
        proxy.raw(
            "GET /v1/proxy/web/ HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\n"
                + "Upgrade: websocket\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 501 ").contains("websocket-not-supported");
  }

  @Test
  void moreRequestsThanAllowedAreRefusedUntilOneEnds() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(4);
    proxy.has(
        serves(
            "a",
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().write('.');
              exchange.getResponseBody().flush();
              inside.countDown();
              try {
                release.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              exchange.close();
            }));
    List<CompletableFuture<HttpResponse<String>>> four = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      four.add(
          proxy.client.sendAsync(
              HttpRequest.newBuilder(proxy.base.resolve("/v1/proxy/web/")).build(),
              BodyHandlers.ofString()));
    }
    assertThat(inside.await(120, TimeUnit.SECONDS)).isTrue();
    HttpResponse<String> fifth = get("/v1/proxy/web/");
    assertThat(fifth.statusCode()).isEqualTo(503);
    assertThat(TestServer.code(fifth)).isEqualTo("overloaded");
    release.countDown();
    four.forEach(f -> assertThat(f.join().body()).isEqualTo("."));
    await().until(() -> get("/v1/proxy/web/").statusCode() == 200);
    noneUnderWay();
  }

  private static void readHead(Socket client) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) client.getInputStream().read());
    }
  }

  @Test
  void aClientThatLeftBeforeTheAnswerCameTakesNoPlace() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch left = new CountDownLatch(1);
    proxy.has(
        talks(
            "a",
            client -> {
              readHead(client);
              asked.incrementAndGet();
              left.await();
              client
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n".getBytes(UTF_8));
              client.getOutputStream().write(new byte[900_000]);
            }));
    for (int i = 1; i <= 4; i++) {
      try (Socket client = proxy.connect()) {
        client
            .getOutputStream()
            .write("GET /v1/proxy/web/ HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
        int number = i;
        await().until(() -> asked.get() == number);
        client.setSoLinger(true, 0);
      }
    }
    assertThat(get("/v1/proxy/web/").statusCode()).isEqualTo(503);
    left.countDown();
    await().until(() -> get("/v1/proxy/web/").body().length() == 900_000);
    await()
        .until(
            () -> proxy.balancer.loads("default", "web").stream().allMatch(l -> l.inFlight() == 0));
  }

  @Test
  void aStreamFlowsWhileItGoesOnAndEndsWithItsClient() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    proxy.has(
        serves(
            "a",
            exchange -> {
              exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
              exchange.sendResponseHeaders(200, 0);
              try {
                while (true) {
                  exchange.getResponseBody().write("data: tick\n\n".getBytes(UTF_8));
                  exchange.getResponseBody().flush();
                  TimeUnit.MILLISECONDS.sleep(20);
                }
              } catch (IOException | InterruptedException e) {
                told.countDown();
              }
            }));
    HttpResponse<InputStream> stream =
        proxy.client.send(
            HttpRequest.newBuilder(proxy.base.resolve("/v1/proxy/web/events")).build(),
            BodyHandlers.ofInputStream());
    assertThat(stream.body().readNBytes(36)).asString(UTF_8).isEqualTo("data: tick\n\n".repeat(3));
    assertThat(stream.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    stream.body().close();
    assertThat(told.await(120, TimeUnit.SECONDS)).isTrue();
    noneUnderWay();
  }

  @Test
  void aKeyInTheRequestDecidesWhoGetsIt() throws IOException {
    Instance a = serves("a", named("a"));
    Instance b = serves("b", named("b"));
    Map<String, String> byHeader = new HashMap<>();
    proxy.has(Policy.CONSISTENT_HASH, HashKey.of("header:X-User"), a, b);
    for (int round = 0; round < 2; round++) {
      for (int user = 0; user < 20; user++) {
        String body =
            send(HttpRequest.newBuilder(proxy.base.resolve("/v1/proxy/web/"))
                    .header("X-User", "user-" + user))
                .body();
        assertThat(byHeader.merge("user-" + user, body, (old, now) -> now)).isEqualTo(body);
      }
    }
    assertThat(byHeader.values()).contains("a", "b");
    proxy.has(Policy.CONSISTENT_HASH, HashKey.of("path:2"), a, b);
    byHeader.forEach(
        (user, name) -> assertThat(get("/v1/proxy/web/x/" + user + "/y").body()).isEqualTo(name));
    proxy.has(Policy.CONSISTENT_HASH, HashKey.of("query:u"), a, b);
    byHeader.forEach(
        (user, name) -> assertThat(get("/v1/proxy/web/?u=" + user).body()).isEqualTo(name));
  }
}

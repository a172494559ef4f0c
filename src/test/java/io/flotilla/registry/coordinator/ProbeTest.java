package io.flotilla.registry.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.ConfigFactory;
import io.flotilla.FreePorts;
import io.flotilla.TestPatience;
import io.flotilla.reach.Ranges;
import io.flotilla.reach.Targets;
import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against real servers on loopback. */
class ProbeTest {
  /** A time-out too long to matter. */
  private static final long LONG = TestPatience.MILLIS;

  /** As if it were the cluster's. */
  private static final int OWN = 8300;

  private static final Targets TARGETS =
      new Targets(
          Ranges.of(ConfigFactory.load().getConfig("flotilla")), target -> target.getPort() == OWN);

  private final ExecutorService executor = Executors.newFixedThreadPool(2);
  private final Probe probe = Probe.of(TARGETS, executor);
  private HttpServer server;
  private String seen;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/status/",
        exchange -> {
          seen =
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestHeaders().getFirst("X-Token")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String path = exchange.getRequestURI().getPath();
          byte[] body = "it is so".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(
              Integer.parseInt(path.substring("/status/".length())), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.createContext(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try {
            while (true) {
              exchange.getResponseBody().write(new byte[8192]);
            }
          } catch (IOException e) {
            exchange.close(); // the probe has seen enough
          }
        });
    server.createContext(
        "/slow",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(1);
          exchange.getResponseBody().flush(); // and the rest never comes
        });
    server.setExecutor(executor);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    executor.shutdownNow();
    probe.end();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private Outcome http(String path, long timeoutMillis) {
    return ask(
        new CheckDefinition(
            0, url(path), "GET", Map.of(), "", false, "", 1000, timeoutMillis, 1, 1, 0));
  }

  private Outcome tcp(String target, long timeoutMillis) {
    return ask(
        new CheckDefinition(0, "", "", Map.of(), "", false, target, 1000, timeoutMillis, 1, 1, 0));
  }

  private Outcome ask(CheckDefinition definition) {
    return probe.ask(definition).toCompletableFuture().join();
  }

  @Test
  void http_status_decides() {
    assertThat(http("/status/200", LONG).status()).isEqualTo(Status.PASSING);
    assertThat(http("/status/204", LONG).status()).isEqualTo(Status.PASSING);
    assertThat(http("/status/429", LONG).status()).isEqualTo(Status.WARNING);
    assertThat(http("/status/500", LONG).status()).isEqualTo(Status.CRITICAL);
    assertThat(http("/status/404", LONG))
        .isEqualTo(
            new Outcome(
                Status.CRITICAL, "HTTP GET " + url("/status/404") + ": 404 Output: it is so"));
  }

  @Test
  void http_sends_method_headers_and_body() {
    ask(
        new CheckDefinition(
            0,
            url("/status/200"),
            "POST",
            Map.of("X-Token", new CheckDefinition.Values(List.of("secret"))),
            "ping",
            false,
            "",
            1000,
            LONG,
            1,
            1,
            0));
    assertThat(seen).isEqualTo("POST secret ping");
  }

  /** Answers with a redirect. */
  private void leads(String path, int status, String location) {
    server.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().add("Location", location);
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
  }

  @Test
  void redirects_are_followed_as_far_as_checks_may_lead() {
    leads("/health", 301, "/status/200");
    leads("/absolute", 302, url("/health"));
    leads("/metadata", 302, "http://169.254.169.254/latest/meta-data/");
    leads("/file", 302, "file:///etc/passwd");
    leads("/circle", 307, "/circle");
    leads("/own", 308, "http://127.0.0.1:" + OWN + "/v1/kv/");
    assertThat(http("/absolute", LONG).status()).isEqualTo(Status.PASSING);
    assertThat(http("/metadata", LONG))
        .isEqualTo(
            new Outcome(
                Status.CRITICAL,
                "HTTP GET "
                    + url("/metadata")
                    + ": 169.254.169.254:80 is not among the targets that flotilla.targets"
                    + " allows"));
    assertThat(http("/own", LONG).output()).contains("is a port of this cluster itself");
    assertThat(http("/file", LONG).output()).contains(": 302 ");
    assertThat(http("/circle", LONG).output()).contains(": 307 ");
    assertThat(tcp("127.0.0.1:" + OWN, LONG).output()).contains("is a port of this cluster itself");
    assertThat(tcp("169.254.1.1:80", LONG).output()).contains("is not among the targets");
  }

  @Test
  void a_redirect_keeps_what_the_check_sends_on_the_same_server_only() throws IOException {
    leads("/same", 307, "/status/200");
    leads("/see-other", 303, "/status/200");
    leads("/other", 307, url("/status/200").replace("127.0.0.1", "localhost"));
    post("/same");
    assertThat(seen).isEqualTo("POST secret ping");
    post("/see-other");
    assertThat(seen).isEqualTo("GET null ");
    post("/other");
    assertThat(seen).isEqualTo("POST null ");
  }

  private void post(String path) {
    Outcome outcome =
        ask(
            new CheckDefinition(
                0,
                url(path),
                "POST",
                Map.of("X-Token", new CheckDefinition.Values(List.of("secret"))),
                "ping",
                false,
                "",
                1000,
                LONG,
                1,
                1,
                0));
    assertThat(outcome.status()).as(outcome.output()).isEqualTo(Status.PASSING);
  }

  @Test
  void who_is_asked_learns_the_name_and_the_password_that_the_check_has() {
    server.createContext(
        "/who",
        exchange -> {
          seen =
              exchange.getRequestHeaders().getFirst("Host")
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization");
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    String place = "localhost:" + server.getAddress().getPort();
    String url = "http://probe:s3cret@" + place + "/who";
    Outcome outcome =
        ask(new CheckDefinition(0, url, "GET", Map.of(), "", false, "", 1000, LONG, 1, 1, 0));
    assertThat(seen).isEqualTo(place + " Basic cHJvYmU6czNjcmV0");
    assertThat(outcome)
        .isEqualTo(new Outcome(Status.PASSING, "HTTP GET http://" + place + "/who: 204 Output: "));
  }

  @Test
  void a_host_may_have_an_underscore() {
    String url = "http://probe:s3cret@no_such_host.invalid:8080/health";
    assertThat(
            ask(new CheckDefinition(0, url, "GET", Map.of(), "", false, "", 1000, LONG, 1, 1, 0)))
        .isEqualTo(
            new Outcome(
                Status.CRITICAL,
                "HTTP GET http://no_such_host.invalid:8080/health: there is no host"
                    + " 'no_such_host.invalid'"));
  }

  @Test
  void a_body_without_end_is_cut() {
    Outcome outcome = http("/endless", LONG);
    assertThat(outcome.status()).isEqualTo(Status.PASSING);
    assertThat(outcome.output().getBytes(StandardCharsets.UTF_8))
        .hasSizeBetween(2000, Outcome.MAX_OUTPUT);
    String large = new Outcome(Status.PASSING, "€".repeat(Outcome.MAX_OUTPUT)).output();
    assertThat(large).isEqualTo("€".repeat(Outcome.MAX_OUTPUT / 3));
  }

  @Test
  void a_body_that_never_comes_ends_with_the_timeout() {
    // Nothing else would end it.
    assertThat(http("/slow", 300).status()).isEqualTo(Status.CRITICAL);
  }

  @Test
  void who_refuses_is_critical() throws IOException {
    int closed = FreePorts.next();
    assertThat(tcp("127.0.0.1:" + closed, LONG).status()).isEqualTo(Status.CRITICAL);
    assertThat(tcp("127.0.0.1:" + closed, LONG).output()).contains("refused");
    CheckDefinition http =
        new CheckDefinition(
            0,
            "http://127.0.0.1:" + closed + "/",
            "GET",
            Map.of(),
            "",
            false,
            "",
            1000,
            LONG,
            1,
            1,
            0);
    assertThat(ask(http).status()).isEqualTo(Status.CRITICAL);
  }

  @Test
  void who_accepts_passes() {
    assertThat(tcp("127.0.0.1:" + server.getAddress().getPort(), LONG).status())
        .isEqualTo(Status.PASSING);
    assertThat(tcp("no-such-host.invalid:80", LONG))
        .extracting(Outcome::status, Outcome::output)
        .containsExactly(
            Status.CRITICAL,
            "TCP connect no-such-host.invalid:80: there is no host 'no-such-host.invalid'");
  }
}

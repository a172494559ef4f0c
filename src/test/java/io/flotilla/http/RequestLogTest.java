package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What requests are called, and which of them are in the log. */
class RequestLogTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RequestLog requests = new RequestLog(Duration.ofSeconds(2), nanos::get);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(RequestLog.class);

  @BeforeEach
  void listen() {
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void end() {
    logger.detachAppender(log);
  }

  /** Those about requests of this test; others may run beside it. */
  private List<String> lines() {
    return log.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.contains("/v1/kv/of-this-test"))
        .toList();
  }

  private static HttpRequest request(String target) {
    return RequestTarget.with(HttpRequest.create(), target);
  }

  /** It takes so long, and is answered so. */
  private String answered(HttpRequest request, Duration time, HttpResponse answer) {
    CompletableFuture<HttpResponse> later = new CompletableFuture<>();
    CompletableFuture<HttpResponse> seen =
        requests.answer(request, asked -> later).toCompletableFuture();
    nanos.addAndGet(time.toNanos());
    later.complete(answer);
    return seen.join().getHeader("X-Request-Id").orElseThrow().value();
  }

  private static HttpRequest named(String name) {
    return request("/v1/kv/of-this-test").addHeader(RawHeader.create("X-Request-Id", name));
  }

  @Test
  void a_request_is_called_as_its_client_calls_it_in_the_answer_and_in_the_log() {
    HttpResponse failed = HttpResponse.create().withStatus(StatusCodes.SERVICE_UNAVAILABLE);
    assertThat(answered(named("job-7/a"), Duration.ofMillis(5), failed)).isEqualTo("job-7/a");
    assertThat(lines())
        .containsExactly("GET /v1/kv/of-this-test took 5 ms and ended with 503  (request job-7/a)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "caf\u00e9", "\u001b[31m", "LONG"})
  void a_name_that_can_not_be_shown_is_replaced(String name) {
    String given = name.equals("LONG") ? "x".repeat(129) : name;
    String first = answered(named(given), Duration.ZERO, HttpResponse.create());
    String second = answered(named(given), Duration.ZERO, HttpResponse.create());
    assertThat(first).matches("[0-9a-f]+-[0-9]+").isNotEqualTo(second);
    assertThat(lines()).isEmpty();
  }

  @Test
  void what_takes_long_is_logged_unless_it_waits_for_a_change() {
    HttpResponse good = HttpResponse.create();
    answered(request("/v1/kv/of-this-test?raw"), Duration.ofMillis(1999), good);
    answered(request("/v1/kv/of-this-test?index=7"), Duration.ofSeconds(60), good);
    assertThat(lines()).isEmpty();
    String name = answered(request("/v1/kv/of-this-test?raw"), Duration.ofSeconds(2), good);
    assertThat(lines()).singleElement().asString().contains("2000 ms", "200", name);
  }

  @Test
  void no_token_is_in_the_log() {
    HttpRequest request =
        request("/v1/kv/of-this-test/s3cret")
            .addHeader(RawHeader.create("X-Consul-Token", "s3cret"));
    answered(request, Duration.ofSeconds(2), HttpResponse.create());
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(line -> line.contains("s3cret"))
        .anyMatch(line -> line.startsWith("GET <hidden> took 2000 ms"));
  }

  @Test
  void every_answer_of_a_node_has_it() {
    try (TestServer server = new TestServer()) {
      assertThat(server.get("/kv/none").headers().firstValue("X-Request-Id")).isPresent();
      assertThat(server.get("/no/such/path").headers().firstValue("X-Request-Id")).isPresent();
    }
  }
}

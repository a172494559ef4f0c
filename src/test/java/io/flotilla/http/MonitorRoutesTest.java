package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** {@code agent/monitor}, on a log to which this test writes. */
@Timeout(120)
class MonitorRoutesTest {
  private static final TestServer SERVER = new TestServer();

  /** Of no class, so that nobody else writes to it. */
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("a.b.Monitored");

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private static BufferedReader follow(String query) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(SERVER.base() + "/agent/monitor" + query)).build();
    HttpResponse<InputStream> answer =
        SERVER.client().send(request, HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
    return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
  }

  private static String next(BufferedReader lines, String what) throws IOException {
    String line = lines.readLine();
    while (!line.contains(what)) {
      line = lines.readLine();
    }
    return line;
  }

  @Test
  void lines_come_as_they_are_written_from_the_level_on() throws Exception {
    LOG.setLevel(Level.DEBUG);
    try (BufferedReader all = follow("?loglevel=debug");
        BufferedReader some = follow("?loglevel=WARN")) {
      LOG.debug("fine");
      LOG.info("ordinary");
      LOG.warn("remarkable");
      assertThat(next(all, "Monitored")).matches("\\S+Z \\[DEBUG] Monitored: fine");
      assertThat(next(all, "Monitored")).matches("\\S+Z \\[INFO]  Monitored: ordinary");
      assertThat(next(some, "Monitored")).matches("\\S+Z \\[WARN]  Monitored: remarkable");
    }
  }

  @Test
  void each_is_an_object_for_who_wants_it() throws Exception {
    LOG.setLevel(Level.INFO);
    try (BufferedReader lines = follow("?logjson")) {
      LOG.info("a \"word\"");
      JsonNode line = Json.MAPPER.readTree(next(lines, "Monitored"));
      assertThat(line.path("@level").asText()).isEqualTo("info");
      assertThat(line.path("@message").asText()).isEqualTo("a \"word\"");
      assertThat(line.path("@module").asText()).isEqualTo("Monitored");
    }
  }

  @Test
  void who_leaves_is_forgotten() throws Exception {
    try (BufferedReader lines = follow("")) {
      LOG.warn("once");
      next(lines, "once");
    }
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    while (hasFollower(root)) {
      LOG.warn("is anybody there?"); // what can't be written shows that the client is gone
      Thread.sleep(20);
    }
  }

  private static boolean hasFollower(Logger root) {
    boolean[] has = {false};
    root.iteratorForAppenders()
        .forEachRemaining(a -> has[0] |= a.getClass().getSimpleName().equals("LogMonitor"));
    return has[0];
  }

  @Test
  void a_level_that_is_none_is_refused() {
    HttpResponse<String> answer = SERVER.get("/agent/monitor?loglevel=loud");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).isEqualTo("Unknown log level: loud");
  }
}

package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.TestPatience;
import io.flotilla.acl.Grants;
import io.flotilla.audit.AuditLog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the audit log says of requests, and what no log ever says. */
class AuditTest {
  private static final String ROOT = "a-secret-of-the-node";

  @TempDir Path dir;
  private AuditLog audit;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    audit = AuditLog.open(new AuditLog.Settings(dir.resolve("audit.log"), 1 << 20, 1));
    server =
        new TestServer(
            new Grants.Settings(HttpServer.DATACENTER, io.flotilla.acl.Level.DENY, ROOT), audit);
    await()
        .atMost(TestPatience.PATIENCE)
        .until(() -> server.get("/acl/token/self").statusCode() == 200);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    audit.close();
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(dir.resolve("audit.log"));
  }

  private JsonNode last() throws IOException {
    return Json.MAPPER.readTree(lines().get(lines().size() - 1));
  }

  private HttpResponse<String> send(String method, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.base() + path))
            .method(method, HttpRequest.BodyPublishers.ofString("a-value-nobody-sees"));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return server.client().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aLineSaysWhoAskedWhatFromWhereAndWhatCameOfIt() throws Exception {
    send("PUT", "/kv/a%20b?cas=0&token=" + ROOT, Requests.REQUEST_ID, "r-1");
    ObjectNode put = (ObjectNode) last();
    assertThat(put.remove("time")).isNotNull();
    assertThat(put)
        .isEqualTo(
            Json.MAPPER.readTree(
                "{\"who\":\"node\",\"from\":\"127.0.0.1\",\"method\":\"PUT\",\"path\":\"/v1/kv/a%20b\","
                    + "\"params\":[\"cas\",\"token\"],\"request\":\"r-1\",\"status\":200}"));

    JsonNode token =
        TestServer.json(server.send("PUT", "/acl/token?token=" + ROOT, "{\"Policies\": []}"));
    send("GET", "/kv/x?ns=team", "X-Consul-Token", token.get("SecretID").asText());
    assertThat(last().get("who")).isEqualTo(token.get("AccessorID"));
    assertThat(last().get("ns").asText()).isEqualTo("team");
    assertThat(last().get("status").asInt()).isEqualTo(403);
    assertThat(last().get("error").asText()).isEqualTo("permission-denied");

    send("DELETE", "/kv/x");
    assertThat(last().get("who").asText()).isEqualTo("anonymous");
    send("GET", "/kv/x?token=11111111-2222-3333-4444-555555555555");
    assertThat(last().get("who").asText()).isEqualTo("unknown");
    assertThat(last().get("error").asText()).isEqualTo("acl-not-found");
    int before = lines().size();
    server.sendTo("GET", "/alive", null);
    assertThat(lines()).hasSize(before);
  }

  @Test
  void noLogHasATokenOrAValue() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level level = root.getLevel();
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    root.addAppender(logged);
    root.setLevel(Level.TRACE);
    String encoded = "%61" + ROOT.substring(1);
    try {
      for (String path :
          new String[] {
            "/kv/a?token=" + ROOT,
            "/kv/a?%74oken=" + encoded,
            "/kv/" + ROOT,
            "/kv/" + encoded + "?token=" + ROOT,
            "/kv/a?token=" + ROOT + "&" + ROOT + "=1",
            "/nowhere/" + ROOT + "?token=" + ROOT,
            "/kv/a?index=" + ROOT
          }) {
        for (String method : new String[] {"PUT", "GET", "PATCH"}) {
          send(method, path, "X-Consul-Token", ROOT, "Cookie", "t=" + ROOT, "Referer", "x?" + ROOT);
          send(method, path, "Authorization", "Bearer " + ROOT, Requests.REQUEST_ID, ROOT);
        }
      }
    } finally {
      root.detachAppender(logged);
      root.setLevel(level);
    }
    assertThat(lines()).hasSizeGreaterThan(40);
    List<ILoggingEvent> events = List.copyOf(logged.list);
    assertThat(events).isNotEmpty();
    for (String line : lines()) {
      assertThat(line).doesNotContain(ROOT, ROOT.substring(1), "a-value-nobody-sees");
    }
    for (ILoggingEvent event : events) {
      if (!isOfTheClient(event)) {
        String text =
            event.getFormattedMessage()
                + (event.getThrowableProxy() == null
                    ? ""
                    : ThrowableProxyUtil.asString(event.getThrowableProxy()));
        assertThat(text).doesNotContain(ROOT, ROOT.substring(1), "a-value-nobody-sees");
      }
    }
  }

  @Test
  void whatCouldNotBeReadHasALineWithWhatCould() throws Exception {
    RawHttp raw = new RawHttp(server);
    String broken = "Host: x\r\nX-Consul-Token: " + ROOT + "\r\nTransfer-Encoding: odd\r\n\r\n";
    RawHttp.Answer answer =
        raw.send("PUT /v1/kv/" + ROOT + "?x=1 HTTP/1.1\r\n" + broken, new byte[0]);
    assertThat(answer.status()).isEqualTo(400);
    JsonNode line = last();
    assertThat(line.path("who").asText()).isEqualTo("unknown");
    assertThat(line.path("from").asText()).isEqualTo("127.0.0.1");
    assertThat(line.path("method").asText()).isEqualTo("PUT");
    assertThat(line.path("path").asText()).isEqualTo("<hidden>");
    assertThat(line.path("status").asInt()).isEqualTo(400);
    assertThat(line.path("error").asText()).isEqualTo("malformed-request");

    assertThat(raw.send("PATCH /v1/kv/a HTTP/9.9\r\nHost: x\r\n\r\n", new byte[0]).status())
        .isEqualTo(505);
    assertThat(last().path("path").asText()).isEqualTo("/v1/kv/a");
    assertThat(raw.send("what is this\r\n\r\n", new byte[0]).status()).isEqualTo(400);
    assertThat(last().path("from").asText()).isEqualTo("127.0.0.1");
    assertThat(last().has("path")).isFalse();
  }

  private static boolean isOfTheClient(ILoggingEvent event) {
    return event.getLoggerName().startsWith("jdk.");
  }

  @Test
  void aSnapshotHasALineAlsoWhereReadsHaveNone() throws Exception {
    server.close();
    server =
        new TestServer(
            new Grants.Settings(HttpServer.DATACENTER, io.flotilla.acl.Level.DENY, ROOT),
            audit,
            false);
    await()
        .atMost(TestPatience.PATIENCE)
        .until(() -> server.get("/acl/token/self").statusCode() == 200);
    int before = lines().size();
    assertThat(send("GET", "/kv/?recurse&token=" + ROOT).statusCode()).isEqualTo(404);
    assertThat(lines()).hasSize(before);
    for (String path : new String[] {"/snapshot", "/%73napshot"}) {
      assertThat(send("GET", path + "?token=" + ROOT).statusCode()).isEqualTo(200);
    }
    assertThat(lines()).hasSize(before + 2);
    assertThat(last().get("who").asText()).isEqualTo("node");
    assertThat(last().get("path").asText()).isEqualTo("/v1/%73napshot");
  }

  @Test
  void whileItCannotBeWrittenNothingIsChangedAndNothingAnswered() throws Exception {
    server.close();
    audit.close();
    Files.delete(dir.resolve("audit.log"));
    audit = AuditLog.open(new AuditLog.Settings(dir.resolve("audit.log"), 1, 1));
    server =
        new TestServer(
            new Grants.Settings(HttpServer.DATACENTER, io.flotilla.acl.Level.DENY, ROOT), audit);
    await()
        .atMost(TestPatience.PATIENCE)
        .until(() -> server.get("/acl/token/self").statusCode() == 200);
    Path inTheWay = dir.resolve("audit.log.1/x");
    Files.deleteIfExists(dir.resolve("audit.log.1"));
    Files.createDirectories(inTheWay);

    assertThat(send("PUT", "/kv/first?token=" + ROOT).statusCode()).isEqualTo(500);
    HttpResponse<String> refused = send("PUT", "/kv/second?token=" + ROOT);
    assertThat(TestServer.code(refused)).isEqualTo("unavailable");
    assertThat(TestServer.code(send("GET", "/kv/second?token=" + ROOT))).isEqualTo("unavailable");
    assertThat(server.sendTo("GET", "/alive", null).statusCode()).isEqualTo(200);

    Files.delete(inTheWay);
    await()
        .atMost(TestPatience.PATIENCE)
        .until(() -> send("GET", "/kv/second?token=" + ROOT).statusCode() == 404);
  }
}

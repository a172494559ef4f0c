package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.TestPatience;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bad input from clients and strangers: a clear JSON error, no change, and the node keeps running.
 */
class BadInputIT {
  @TempDir static Path data;
  private static RealCluster cluster;

  @BeforeAll
  static void start() {
    cluster = RealCluster.start(data, 1);
    assertThat(cluster.put(0, "/v1/kv/witness", "unharmed").body()).isEqualTo("true");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @AfterEach
  void the_node_goes_on_and_has_lost_nothing() {
    assertThat(cluster.get(0, "/v1/kv/witness?raw").body()).isEqualTo("unharmed");
  }

  @Test
  void asking_for_namespaces_that_do_not_exist_leaves_nothing_behind() {
    for (int i = 0; i < 500; i++) {
      String ns = "ns=never-" + i;
      assertThat(cluster.get(0, "/v1/kv/a?" + ns).statusCode()).isEqualTo(404);
      assertThat(cluster.get(0, "/v1/health/service/web?" + ns).body()).isEqualTo("[]");
      assertThat(cluster.delete(0, "/v1/kv/a?" + ns).body()).isEqualTo("true");
    }
    assertThat(cluster.get(0, "/v1/cluster").body())
        .contains("\"default\"")
        .doesNotContain("never");
    assertThat(cluster.put(0, "/v1/kv/a?ns=once", "1").body()).isEqualTo("true");
    assertThat(cluster.get(0, "/v1/kv/a?raw&ns=once").body()).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT,    /v1/kv/a?cas=x,               400, bad-parameter",
    "PUT,    /v1/kv/a?cas=-1,              400, bad-parameter",
    "PUT,    /v1/kv/a?flags=-1,            400, bad-parameter",
    "PUT,    /v1/kv/a?flags=18446744073709551616, 400, bad-parameter",
    "GET,    /v1/kv/a?index=-5,            400, bad-parameter",
    "GET,    /v1/kv/a?index=x,             400, bad-parameter",
    "GET,    /v1/kv/a?index=1&wait=-1s,    400, bad-parameter",
    "GET,    /v1/kv/a?index=1&wait=10,     400, bad-parameter",
    "GET,    /v1/kv/a?index=1&wait=s,      400, bad-parameter",
    "PUT,    /v1/kv/a?csa=0,               400, unknown-parameter",
    "GET,    /v1/kv/a?dc=mars,             500, unknown-datacenter",
    "GET,    /v1/kv/,                      400, missing-key",
    "PUT,    /v1/kv/,                      400, missing-key",
    "DELETE, /v1/kv/a?recurse&cas=1,       400, bad-parameter",
    "GET,    /nothing,                     404, unknown-path",
    "GET,    /v1/nothing,                  404, unknown-path",
    "POST,   /v1/kv/a,                     405, wrong-method",
    "PUT,    /v1/cluster,                  405, wrong-method",
    "GET,    /v1/cluster?x=1,              400, unknown-parameter",
  })
  void a_request_that_makes_no_sense_is_refused_with_a_stable_code(
      String method, String path, int status, String code) throws IOException {
    HttpResponse<String> answer = cluster.send(0, path, method, BodyPublishers.ofString("x"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(code(answer)).isEqualTo(code);
    assertThat(answer.body()).isNotBlank();
    assertThat(cluster.get(0, "/v1/kv/a").statusCode()).isEqualTo(404);
  }

  private static String code(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Flotilla-Error").orElse("");
  }

  @ParameterizedTest
  @CsvSource({
    "GET /v1/kv/%zz HTTP/1.1,       400",
    "GET /v1/kv/%e HTTP/1.1,        400",
    "GET /v1/kv/a?cas=%g1 HTTP/1.1, 400",
    "BREW /v1/kv/a HTTP/1.1,        501",
    "garbage,                       400",
    "GET /v1/kv/a HTTP/9.9,         505",
  })
  void a_malformed_request_gets_json_too(String line, int status) throws IOException {
    String answer = raw(line + "\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 " + status);
    assertThat(answer).contains("application/json").contains("\"code\":");
  }

  /** Input that overflows the stack or occupies a processor for minutes if parsed carelessly. */
  @Test
  void long_paths_filters_and_numbers_are_refused_and_the_node_goes_on() throws IOException {
    String tail = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    for (String part : List.of("/", "/a", "/.", "/..", "/%2e")) {
      String path = "/v1/kv" + part.repeat(16_000 / part.length()) + "/../x";
      assertThat(raw("GET " + path + tail)).startsWith("HTTP/1.1 413");
    }
    String filter = "/v1/agent/checks?filter=Name==%22" + "a".repeat(4_000) + "%22";
    assertThat(raw("GET " + filter + tail)).startsWith("HTTP/1.1 200");
    assertThat(raw("GET " + filter + "a".repeat(1_000) + tail))
        .startsWith("HTTP/1.1 400")
        .contains("bad-filter");
    assertThat(raw("GET /v1/kv/a?index=1&wait=" + "9".repeat(15_000) + "s" + tail))
        .startsWith("HTTP/1.1 400")
        .contains("bad-parameter");
    String comments = "User-Agent: " + "(".repeat(8_000) + "\r\n";
    assertThat(raw("GET /alive HTTP/1.1\r\nHost: x\r\n" + comments + "Connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void chunks_in_http_1_0_are_refused_and_fill_no_log() throws IOException {
    int before = cluster.log(0).length();
    for (int i = 0; i < 20; i++) {
      assertThat(
              raw(
                  "PUT /v1/kv/old HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                      + "1\r\nx\r\n0\r\n\r\n"))
          .startsWith("HTTP/1.1 400")
          .contains("malformed-request");
    }
    assertThat(cluster.get(0, "/v1/kv/old").statusCode()).isEqualTo(404);
    String since = cluster.log(0).substring(before); // at most what the node itself has to tell
    assertThat(since).doesNotContain("WARN", "ERROR", "xception", "hunk");
    assertThat(since.lines().count()).isLessThan(10);
  }

  @Test
  void durations_and_numbers_in_json_have_a_limit_too() throws IOException {
    String digits = "9".repeat(200_000);
    for (String field : List.of("TTL", "DeregisterCriticalServiceAfter", "Timeout", "Interval")) {
      String check = "{\"Name\":\"c\",\"TTL\":\"10s\",\"" + field + "\":\"" + digits + "s\"}";
      assertThat(cluster.put(0, "/v1/agent/check/register", check).statusCode()).isEqualTo(400);
    }
    for (String lockDelay : List.of("\"" + "9".repeat(60_000) + "s\"", "9".repeat(60_000))) {
      String session = "{\"LockDelay\":" + lockDelay + "}";
      assertThat(cluster.put(0, "/v1/session/create", session).statusCode()).isEqualTo(400);
    }
    assertThat(code(cluster.put(0, "/v1/txn", "[".repeat(200_000)))).isEqualTo("bad-json");
    assertThat(cluster.get(0, "/v1/agent/checks").body()).isEqualTo("{}");
  }

  @Test
  void a_value_of_600_kb_is_too_large_and_one_of_512_kib_is_not() {
    HttpResponse<String> refused = cluster.put(0, "/v1/kv/big", "x".repeat(600_000));
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(code(refused)).isEqualTo("body-too-large");
    assertThat(cluster.get(0, "/v1/kv/big").statusCode()).isEqualTo(404);
    String largest = "x".repeat(512 * 1024);
    assertThat(cluster.put(0, "/v1/kv/big", largest).body()).isEqualTo("true");
    assertThat(cluster.get(0, "/v1/kv/big?raw").body()).isEqualTo(largest);
    assertThat(cluster.delete(0, "/v1/kv/big").body()).isEqualTo("true");
  }

  @Test
  void keys_have_a_limit_and_a_key_of_1_mb_does_not_even_reach_it() throws IOException {
    HttpResponse<String> long_ = cluster.put(0, "/v1/kv/" + "k".repeat(5_000), "x");
    assertThat(long_.statusCode()).isEqualTo(413);
    assertThat(code(long_)).isEqualTo("key-too-long");
    String answer = raw("PUT /v1/kv/" + "k".repeat(1_000_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 414").contains("uri-too-long");
  }

  @Test
  void a_body_that_never_ends_is_given_up_and_changes_nothing() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", cluster.httpPort(0))) {
      socket.setSoTimeout(TestPatience.MILLIS);
      socket
          .getOutputStream()
          .write(
              "PUT /v1/kv/half HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"
                  .getBytes(StandardCharsets.UTF_8));
      byte[] answer = new byte[15];
      int n = socket.getInputStream().readNBytes(answer, 0, answer.length);
      assertThat(new String(answer, 0, n, StandardCharsets.UTF_8)).contains("408");
    }
    assertThat(cluster.get(0, "/v1/kv/half").statusCode()).isEqualTo(404);
  }

  @Test
  void garbage_on_the_cluster_and_raft_ports_does_no_harm() throws IOException {
    Random random = new Random(7);
    for (int port : List.of(cluster.clusterPort(0), cluster.raftPort(0))) {
      for (int i = 0; i < 20; i++) {
        byte[] garbage = new byte[1 + random.nextInt(100_000)];
        random.nextBytes(garbage);
        try (Socket socket = new Socket("127.0.0.1", port)) {
          socket.getOutputStream().write(garbage);
        } catch (IOException e) {
          // The node may close it at once: just as well.
        }
      }
    }
    assertThat(cluster.put(0, "/v1/kv/after-garbage", "1").body()).isEqualTo("true");
    assertThat(cluster.delete(0, "/v1/kv/after-garbage").body()).isEqualTo("true");
  }

  @Test
  void ten_thousand_idle_connections_leave_room_for_requests() throws IOException {
    int before = cluster.get(0, "/metrics").body().length();
    List<SocketChannel> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 10_000; i++) {
        idle.add(SocketChannel.open(new InetSocketAddress("127.0.0.1", cluster.httpPort(0))));
      }
      assertThat(cluster.put(0, "/v1/kv/among-many", "1").body()).isEqualTo("true");
      assertThat(cluster.delete(0, "/v1/kv/among-many").body()).isEqualTo("true");
    } finally {
      for (SocketChannel c : idle) {
        c.close();
      }
    }
    Awaitility.await("answers as quickly as before")
        .until(() -> cluster.get(0, "/metrics").body().length() >= before / 2);
  }

  /** Sends bytes verbatim and returns everything received until the node closes the connection. */
  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", cluster.httpPort(0))) {
      socket.setSoTimeout(TestPatience.MILLIS);
      try {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // The node has seen enough and answers before it has read all.
      }
      InputStream in = socket.getInputStream();
      return new String(in.readNBytes(2_000), StandardCharsets.UTF_8);
    } catch (java.net.SocketTimeoutException e) {
      throw new AssertionError("no end of the answer", e);
    }
  }
}

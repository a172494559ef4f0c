package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.flotilla.Chromium;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a web page may do to a node that asks for no token. */
class ForeignPagesTest {
  /** A name that belongs to somebody else and resolves to this machine. */
  private static final String REBOUND = "rebound.example";

  private static final TestServer NODE = new TestServer();
  private static final RawHttp RAW = new RawHttp(NODE);
  private static final int PORT = URI.create(NODE.base()).getPort();

  @TempDir static Path dir;
  private static HttpServer elsewhere;
  private static Chromium browser;

  /** A page on another port; what it loads from the node isn't its own origin's. */
  @BeforeAll
  static void open() throws Exception {
    elsewhere = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    byte[] page = "<!doctype html><title>elsewhere</title>".getBytes(StandardCharsets.UTF_8);
    elsewhere.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    elsewhere.start();
    if (Chromium.isInstalled()) {
      browser =
          new Chromium(dir.resolve("profile"), "--host-resolver-rules=MAP *.example 127.0.0.1");
    }
  }

  @AfterAll
  static void close() throws Exception {
    if (browser != null) {
      browser.close();
    }
    elsewhere.stop(0);
    NODE.close();
  }

  private static RawHttp.Answer get(String headers) {
    return RAW.send(
        "GET /v1/kv/a HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n", new byte[0]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.0.0.1:8500",
        "[::1]:8500",
        "localhost",
        "LocalHost:8500",
        "a.localhost",
        "x:1",
        "consul_server:8500",
        "Consul.local",
        "a.b.internal:1",
        "Flotilla.example:8500",
        ""
      })
  void it_serves_addresses_names_of_the_local_network_and_its_own(String host) {
    assertThat(get("Host: " + host + "\r\n").status()).isEqualTo(404);
    assertThat(get("Host: " + host + "\r\n").code()).isNotEqualTo("unknown-host");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8500",
        "x.evil.example",
        "localhost.evil.example",
        "local.example",
        "127.0.0.1.evil.example",
        "flotilla.example.evil.example",
        "other.flotilla.example",
        "localhost."
      })
  void another_name_is_refused(String host) {
    assertThat(get("Host: " + host + "\r\n").status()).isEqualTo(403);
    assertThat(get("Host: " + host + "\r\n").code()).isEqualTo("unknown-host");
  }

  @Test
  void probes_answer_to_every_name() {
    String head = "GET /alive HTTP/1.1\r\nHost: probe.example\r\nConnection: close\r\n\r\n";
    assertThat(RAW.send(head, new byte[0]).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "http://x:1, , , , 404",
    "HTTPS://X:1, , , , 404",
    "http://x, , , , 403",
    "http://x:2, , , , 403",
    "http://evil.example, , , , 403",
    "null, , , , 403",
    "http://evil.example, cross-site, navigate, document, 403",
    ", same-origin, cors, empty, 404",
    ", none, navigate, document, 404",
    ", cross-site, navigate, document, 404",
    ", cross-site, navigate, iframe, 403",
    ", cross-site, no-cors, image, 403",
    ", same-site, cors, empty, 403",
    ", same-site, , , 403",
  })
  void another_page_is_refused(String origin, String site, String mode, String dest, int status) {
    String headers =
        "Host: x:1\r\n"
            + line("Origin", origin)
            + line("Sec-Fetch-Site", site)
            + line("Sec-Fetch-Mode", mode)
            + line("Sec-Fetch-Dest", dest);
    RawHttp.Answer answer = get(headers);
    assertThat(answer.status()).isEqualTo(status);
    if (status == 403) {
      assertThat(answer.code()).isEqualTo("foreign-page");
    }
  }

  private static String line(String name, String value) {
    return value == null ? "" : name + ": " + value + "\r\n";
  }

  private static String node() {
    return "http://127.0.0.1:" + PORT;
  }

  /** What the page in the browser got, or that it got nothing. */
  private static String fetch(String target, String options) throws Exception {
    return browser.js(
        "fetch('%s', %s).then(r => r.status + ' ' + r.type, e => 'nothing')"
            .formatted(target, options));
  }

  /** The number of a message to the topic. */
  private static long published() throws Exception {
    String id = TestServer.json(NODE.send("POST", "/topics/news", "m")).path("Id").asText();
    return Long.parseLong(id.substring(id.lastIndexOf('-') + 1));
  }

  private static String stored(String key) throws Exception {
    return RAW.send("GET", "/v1/kv/" + key + "?raw", null).body();
  }

  @Test
  void a_page_on_another_origin_neither_reads_nor_writes() throws Exception {
    assumeTrue(browser != null, "no Chromium here");
    RAW.send("PUT", "/v1/kv/secret", "kept");
    long first = published();
    for (String host : new String[] {"127.0.0.1", "localhost", "elsewhere.example"}) {
      browser.open("http://" + host + ":" + elsewhere.getAddress().getPort() + "/");
      String key = node() + "/v1/kv/secret";
      assertThat(fetch(key + "?raw", "{}")).isEqualTo("nothing");
      assertThat(fetch(key, "{method: 'PUT', body: 'taken'}")).isEqualTo("nothing");
      assertThat(fetch(key, "{method: 'DELETE'}")).isEqualTo("nothing");
      // These two are sent without asking the node before; the page sees of the answer that it
      // came.
      assertThat(fetch(key + "?raw", "{mode: 'no-cors'}")).isEqualTo("0 opaque");
      String topic = node() + "/v1/topics/news";
      assertThat(fetch(topic, "{method: 'POST', mode: 'no-cors', body: 'm'}"))
          .isEqualTo("0 opaque");
      assertThat(stored("secret")).isEqualTo("kept");
    }
    assertThat(published()).isEqualTo(first + 1);
  }

  @Test
  void a_name_that_was_pointed_here_neither_reads_nor_writes() throws Exception {
    assumeTrue(browser != null, "no Chromium here");
    RAW.send("PUT", "/v1/kv/local", "kept");
    browser.open("http://" + REBOUND + ":" + PORT + "/v1/kv/local?raw");
    assertThat(browser.js("document.body.innerText")).contains("This node is not known as");
    assertThat(fetch("/v1/kv/local", "{}")).isEqualTo("403 basic");
    assertThat(fetch("/v1/kv/local", "{method: 'PUT', body: 'taken'}")).isEqualTo("403 basic");
    assertThat(stored("local")).isEqualTo("kept");
  }

  @Test
  void a_page_of_the_nodes_own_does_both() throws Exception {
    assumeTrue(browser != null, "no Chromium here");
    browser.open(node() + "/v1/status/leader");
    assertThat(fetch("/v1/kv/own", "{method: 'PUT', body: 'written'}")).isEqualTo("200 basic");
    assertThat(fetch("/v1/kv/own?raw", "{}")).isEqualTo("200 basic");
    assertThat(stored("own")).isEqualTo("written");
  }
}

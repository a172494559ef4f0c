package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.acl.Grants;
import io.flotilla.acl.Level;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard's files, on a node whose API asks for a token. */
class UiRoutesTest {
  private static final Path DIRECTORY = Path.of("src/main/resources/ui");
  private static final Pattern IMPORT = Pattern.compile("from '\\./([^']+)'");

  private static TestServer server;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    server =
        new TestServer(new Grants.Settings(HttpServer.DATACENTER, Level.DENY, "of-the-node-1"));
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    URI base = URI.create(server.base());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + base.getPort() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  @Test
  void every_file_there_is_is_served_as_it_is_without_a_token() throws Exception {
    Set<String> there;
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      there = files.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
    }
    assertThat(UiRoutes.FILES).containsExactlyInAnyOrderElementsOf(there);
    for (String name : there) {
      HttpResponse<byte[]> answer = get("/ui/" + name);
      assertThat(answer.statusCode()).as(name).isEqualTo(200);
      assertThat(answer.body()).as(name).isEqualTo(Files.readAllBytes(DIRECTORY.resolve(name)));
      assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(header(answer, "Content-Type"))
          .startsWith(
              switch (name.substring(name.lastIndexOf('.'))) {
                case ".html" -> "text/html; charset=UTF-8";
                case ".css" -> "text/css";
                case ".js" -> "text/javascript";
                default -> "image/svg+xml";
              });
    }
    assertThat(server.get("/agent/self").statusCode()).isEqualTo(403);
  }

  @Test
  void the_page_is_at_the_directory_and_runs_nothing_that_is_not_a_file_of_the_node()
      throws Exception {
    assertThat(header(get("/ui"), "Location")).isEqualTo("/ui/");
    HttpResponse<byte[]> page = get("/ui/");
    assertThat(new String(page.body(), UTF_8)).contains("<script type=\"module\" src=\"app.js\">");
    assertThat(header(page, "Content-Security-Policy"))
        .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
        .contains("frame-ancestors 'none'")
        .contains("connect-src 'self' http://127.0.0.1:8999;")
        .doesNotContain("unsafe");
  }

  @Test
  void what_is_imported_is_there() throws IOException {
    Set<String> imported = new TreeSet<>();
    for (String name : UiRoutes.FILES) {
      Matcher matcher = IMPORT.matcher(Files.readString(DIRECTORY.resolve(name)));
      while (matcher.find()) {
        imported.add(matcher.group(1));
      }
    }
    assertThat(UiRoutes.FILES).containsAll(imported);
    assertThat(imported).hasSizeGreaterThan(5);
  }

  @Test
  void a_browser_that_has_it_is_told_so() throws Exception {
    String tag = header(get("/ui/app.js"), "ETag");
    assertThat(get("/ui/app.js", "If-None-Match", "\"other\", " + tag).statusCode()).isEqualTo(304);
    assertThat(get("/ui/app.js", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    assertThat(header(get("/ui/dom.js"), "ETag")).isNotEqualTo(tag);
  }

  @Test
  void who_can_read_it_compressed_gets_less() throws Exception {
    HttpResponse<byte[]> small = get("/ui/app.js", "Accept-Encoding", "br, gzip");
    assertThat(header(small, "Content-Encoding")).isEqualTo("gzip");
    assertThat(header(small, "Vary")).isEqualTo("Accept-Encoding");
    byte[] plain = Files.readAllBytes(DIRECTORY.resolve("app.js"));
    assertThat(small.body().length).isLessThan(plain.length);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(small.body()))) {
      assertThat(in.readAllBytes()).isEqualTo(plain);
    }
    String tag = header(small, "ETag");
    assertThat(tag).isNotEqualTo(header(get("/ui/app.js"), "ETag"));
  }

  @Test
  void HEAD_tells_how_long_it_is() throws Exception {
    RawHttp.Answer head = new RawHttp(server).send("HEAD", "/ui/app.js", null);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ui/../application.conf",
        "/ui/%2e%2e/application.conf",
        "/ui/..%2fapplication.conf",
        "/ui//index.html",
        "/ui/index.html/",
        "/ui/application.conf",
        "/ui/%00"
      })
  void nothing_else_is_served(String target) {
    assertThat(new RawHttp(server).send("GET", target, null).status()).isEqualTo(404);
  }

  @Test
  void all_of_it_is_small() {
    int bytes = UiRoutes.FILES.stream().mapToInt(f -> UiFile.load(f).gzipped().length).sum();
    assertThat(bytes).isLessThan(100 * 1024);
  }

  @Test
  void nothing_makes_markup_of_text() throws IOException {
    for (String name : UiRoutes.FILES) {
      assertThat(Files.readString(DIRECTORY.resolve(name)))
          .as(name)
          .doesNotContain(
              "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
    }
  }
}

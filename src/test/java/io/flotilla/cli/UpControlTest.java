package io.flotilla.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.client.Flotilla;
import io.flotilla.http.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders about processes that only sleep; what is written goes to a server in this process. */
@Timeout(240)
class UpControlTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path data;
  private final TestServer kv = new TestServer();
  private Process process;
  private UpControl control;
  private ControlAddress address;
  private String page;

  @BeforeEach
  void start() throws IOException {
    process = new ProcessBuilder("sleep", "1000").start();
    int http = URI.create(kv.base()).getPort();
    page = "http://127.0.0.1:" + http;
    UpState.NodeState node =
        new UpState.NodeState(
            "n1",
            UpState.Running.of(process.toHandle()),
            http,
            1,
            2,
            0,
            data.resolve("n1").toString(),
            List.of("sleep"));
    new UpState(UpState.Running.of(ProcessHandle.current()), List.of(node)).save(data);
    control = new UpControl(data);
    address = control.address();
  }

  @AfterEach
  void end() {
    control.close();
    kv.close();
    process.destroyForcibly();
  }

  private record Answer(int status, String head, JsonNode body) {}

  private String host() {
    return "Host: 127.0.0.1:" + address.port();
  }

  private String bearer() {
    return "Authorization: Bearer " + address.token();
  }

  private Answer send(String request, String... headers) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", address.port())) {
      String all = request + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n";
      socket
          .getOutputStream()
          .write((all + "Content-Length: 0\r\nConnection: close\r\n\r\n").getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      return new Answer(
          Integer.parseInt(answer.split(" ")[1]),
          answer.substring(0, end),
          new ObjectMapper().readTree(answer.substring(end + 4)));
    }
  }

  private Answer order(String request) throws IOException {
    return send(request, host(), "Origin: " + page, bearer());
  }

  @Test
  void a_page_of_a_node_that_shows_the_token_crashes_it() throws Exception {
    assertThat(order("GET /state").body().at("/Nodes/0/Process").asText()).isEqualTo("running");
    Answer answer = order("POST /nodes/n1/crash");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.head()).contains("Access-control-allow-origin: " + page);
    assertThat(answer.body().at("/Nodes/0/Process").asText()).isEqualTo("ended");
    assertThat(process.waitFor()).isEqualTo(137);
    Answer again = order("POST /nodes/n1/crash");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.body().get("Message").asText()).contains("not running");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Origin: null",
        "Origin: https://example.com",
        "Origin: http://127.0.0.1",
        "Origin: http://127.0.0.1:1",
        "Origin: PAGE0",
        "Origin: PAGE.example.com",
        "Origin: PAGE/",
        "Origin: PAGE https://example.com",
        "Origin: PAGE\r\nOrigin: https://example.com"
      })
  void a_page_of_another_origin_may_nothing_though_it_shows_the_token(String origin)
      throws IOException {
    String shown = origin.replace("PAGE", page);
    for (String request : List.of("POST /nodes/n1/crash", "GET /state", "OPTIONS /state")) {
      Answer answer =
          shown.isEmpty()
              ? send(request, host(), bearer())
              : send(request, host(), shown, bearer());
      assertThat(answer.status()).as(request).isEqualTo(403);
      assertThat(answer.head().toLowerCase()).doesNotContain("access-control");
    }
    assertThat(process.isAlive()).isTrue();
  }

  /** A page whose own name points here has that name as its origin and host. */
  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example:PORT", "localhost:PORT", "127.0.0.1", "127.0.0.1:PORT.x", ""})
  void under_another_name_it_is_nobody(String name) throws IOException {
    String host = name.replace("PORT", "" + address.port());
    String[] origins = {"Origin: http://" + host, "Origin: " + page};
    for (String origin : origins) {
      Answer answer = send("POST /nodes/n1/crash", "Host: " + host, origin, bearer());
      assertThat(answer.status()).isIn(400, 403);
    }
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void a_token_that_is_guessed_is_none() throws IOException {
    String token = address.token();
    assertThat(token).hasSizeGreaterThan(40);
    List<String> guesses =
        List.of(
            "X-Nothing: 1",
            "Authorization: Bearer ",
            "Authorization: Bearer " + token.substring(1),
            "Authorization: Bearer " + token + "A",
            "Authorization: Basic " + token,
            "Authorization: " + token,
            bearer() + "\r\n" + bearer(),
            "X-Consul-Token: " + token);
    for (String guess : guesses) {
      Answer answer = send("POST /nodes/n1/crash", host(), "Origin: " + page, guess);
      assertThat(answer.status()).as(guess).isEqualTo(403);
    }
    assertThat(send("POST /nodes/n1/crash?token=" + token, host(), "Origin: " + page).status())
        .isEqualTo(403);
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void a_browser_is_told_what_that_page_may_send() throws IOException {
    Answer answer = send("OPTIONS /nodes/n1/crash", host(), "Origin: " + page);
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.head())
        .contains(
            "Access-control-allow-origin: " + page, "Access-control-allow-headers: authorization")
        .doesNotContain("credentials");
    assertThat(process.isAlive()).isTrue();
  }

  private String status() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  }

  @Test
  void a_node_is_paused_and_goes_on_at_the_latest_when_up_ends() throws IOException {
    assertThat(order("POST /nodes/n1/continue").status()).isEqualTo(409);
    assertThat(order("POST /nodes/n1/pause").body().at("/Nodes/0/Process").asText())
        .isEqualTo("paused");
    await().atMost(PATIENCE).until(() -> status().equals("T"));
    order("POST /nodes/n1/continue");
    await().atMost(PATIENCE).until(() -> !status().equals("T"));
    order("POST /nodes/n1/pause");
    control.close();
    await().atMost(PATIENCE).until(() -> !status().equals("T"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "404 POST /nodes/n9/crash",
        "404 POST /nodes/n1/format",
        "404 POST /nodes/n1/crash/",
        "404 GET /nodes/n1/crash",
        "404 DELETE /nodes/n1/crash",
        "404 POST /",
        "400 POST /load/2001",
        "400 POST /load/-1",
        "400 POST /load/many"
      })
  void what_there_is_not_changes_nothing(String expected) throws IOException {
    Answer answer = order(expected.substring(4));
    assertThat(answer.status()).isEqualTo(Integer.parseInt(expected.substring(0, 3)));
    assertThat(answer.body().has("Message")).isTrue();
    assertThat(process.isAlive()).isTrue();
  }

  @Test
  void what_is_written_is_read_back_and_what_is_gone_is_counted() throws IOException {
    order("POST /load/200");
    await().atMost(PATIENCE).until(() -> acknowledged() > 50);
    order("POST /load/0");
    await().atMost(PATIENCE).until(() -> load("ReadBack") == acknowledged());
    assertThat(load("Lost")).isZero();
    assertThat(load("LongestGapMillis")).isPositive();

    try (Flotilla flotilla = Flotilla.connect(page.substring("http://".length()))) {
      flotilla.kv().delete(flotilla.kv().keys(UpLoad.PREFIX, "").join().get(7)).join();
    }
    order("POST /verify");
    await().atMost(PATIENCE).until(() -> load("Lost") == 1);
  }

  private long acknowledged() throws IOException {
    return load("Acknowledged");
  }

  private long load(String count) throws IOException {
    return order("GET /state").body().get("Load").get(count).asLong();
  }

  @Test
  void only_the_owner_can_read_the_address_and_nodes_learn_the_port_alone() throws IOException {
    assertThat(ControlAddress.environment(data)).isEmpty();
    address.write(data, page);
    Path file = ControlAddress.file(data);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file).strip())
        .isEqualTo(page + "/ui/#up=" + address.port() + "." + address.token());
    assertThat(ControlAddress.environment(data))
        .isEqualTo(Map.of("FLOTILLA_HTTP_UI_CONTROL", "" + address.port()));
    ControlAddress.remove(data);
    assertThat(ControlAddress.environment(data)).isEmpty();
  }
}

package io.flotilla.lab.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flotilla.lab.check.Runner;
import io.flotilla.lab.lesson.Lesson;
import io.flotilla.lab.lesson.Lessons;
import io.flotilla.lab.lesson.Presenter;
import io.flotilla.lab.sim.Choice;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Simulation;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, worked by its keys; skipped where there is no Chromium. */
class BrowserTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String RIGHT = "\uE014";
  private static final String LEFT = "\uE012";
  private static final String HOME = "\uE011";
  private static final String END = "\uE010";
  private static final String CHOICES = ":B,drop=B:A,crash=B,recover=B,:A,dup=A:C,A:C,A:C,A:B";

  @TempDir static Path dir;
  private static Process driver;
  private static String session;

  @BeforeAll
  static void open() throws Exception {
    assumeTrue(isInstalled("chromedriver") && isInstalled("chromium"), "no Chromium here");
    driver = new ProcessBuilder("chromedriver", "--port=0").redirectErrorStream(true).start();
    String server = "http://127.0.0.1:" + port();
    ObjectNode options = JSON.createObjectNode();
    ArrayNode args = options.putArray("args");
    Stream.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1400,900",
            "--user-data-dir=" + dir.resolve("profile"))
        .forEach(args::add);
    ObjectNode body = JSON.createObjectNode();
    body.putObject("capabilities").putObject("alwaysMatch").set("goog:chromeOptions", options);
    session = server + "/session/" + post(server + "/session", body).get("sessionId").asText();
    ObjectNode url = JSON.createObjectNode();
    url.put("url", page().toUri().toString());
    post(session + "/url", url);
  }

  @AfterAll
  static void close() throws Exception {
    if (session != null) {
      HTTP.send(
          HttpRequest.newBuilder(URI.create(session)).DELETE().build(),
          HttpResponse.BodyHandlers.ofString());
    }
    if (driver != null) {
      driver.destroy();
      driver.waitFor();
    }
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(d -> Files.isExecutable(Path.of(d, program)));
  }

  private static int port() throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
    Pattern started = Pattern.compile("started successfully on port (\\d+)");
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher m = started.matcher(line);
      if (m.find()) {
        return Integer.parseInt(m.group(1));
      }
    }
    throw new IOException("chromedriver did not start");
  }

  /** A run with a lost and a doubled message, a crash, and a broken property at its end. */
  private static Path page() throws IOException {
    try (Simulation simulation = new Simulation()) {
      Recording run = record(simulation, Lessons.find("paxos").orElseThrow());
      return Files.writeString(dir.resolve("run.html"), HtmlPage.of(run));
    }
  }

  private static <M> Recording record(Simulation simulation, Lesson<M> lesson) {
    Lesson.Mutant<M> forgets = lesson.mutant("forgets-promises").orElseThrow();
    Runner<M> runner =
        new Runner<>(
            simulation,
            lesson.scenario().with(forgets.behavior()).with(Faults.parse("drop=1,dup=1,crash=1")),
            lesson.properties());
    Chooser chooser = Chooser.exactly(Choice.parseList(CHOICES), Chooser.natural());
    return Presenter.record(runner, 1, chooser, "A <run> & more", "subtitle");
  }

  private static JsonNode post(String url, JsonNode body) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).get("value");
  }

  private static String js(String expression) throws Exception {
    ObjectNode body = JSON.createObjectNode();
    body.put("script", "return " + expression);
    body.putArray("args");
    return post(session + "/execute/sync", body).asText();
  }

  private static void press(String... keys) throws Exception {
    ObjectNode body = JSON.createObjectNode();
    ObjectNode keyboard = body.putArray("actions").addObject();
    keyboard.put("type", "key").put("id", "keyboard");
    ArrayNode actions = keyboard.putArray("actions");
    for (String key : keys) {
      actions.addObject().put("type", "keyDown").put("value", key);
      actions.addObject().put("type", "keyUp").put("value", key);
    }
    post(session + "/actions", body);
  }

  private static String where() throws Exception {
    return js("document.getElementById('where').textContent");
  }

  private static String stateOf(int row) throws Exception {
    return js("document.querySelectorAll('td.state')[" + row + "].textContent");
  }

  @Test
  void the_keys_step_through_the_run_and_the_states_follow() throws Exception {
    press(HOME);
    assertThat(where()).contains("step 0 of").contains("start");
    assertThat(stateOf(1)).isEqualTo("promised 0");
    press(RIGHT);
    assertThat(where()).startsWith("step 1 of").endsWith(":B");
    assertThat(stateOf(1)).isEqualTo("promised 1B");
    press(RIGHT, RIGHT, LEFT);
    assertThat(where()).startsWith("step 2 of").endsWith("drop=B:A");
    press(RIGHT);
    assertThat(where()).endsWith("crash=B");
    assertThat(stateOf(1)).isEqualTo("down");
    press(END);
    int last = Integer.parseInt(js("run.choices.length"));
    assertThat(where()).startsWith("step " + last + " of " + last);
  }

  @Test
  void what_is_lost_or_doubled_is_drawn_and_what_has_not_happened_yet_is_pale() throws Exception {
    assertThat(js("document.querySelectorAll('[data-fate=lost] .arrow.lost').length"))
        .isNotEqualTo("0");
    assertThat(js("document.querySelectorAll('[data-fate=copy] .arrow.copy').length"))
        .isEqualTo("1");
    press(HOME);
    int all = Integer.parseInt(js("document.querySelectorAll('[data-message]').length"));
    String pale = "document.querySelectorAll('[data-message].future').length";
    assertThat(js(pale)).isEqualTo(String.valueOf(all));
    press(END);
    assertThat(js(pale)).isEqualTo("0");
  }

  @Test
  void a_light_turns_red_where_its_property_breaks() throws Exception {
    String red = "document.querySelectorAll('.verdict.bad').length";
    int broken = Integer.parseInt(js("run.verdicts.filter(v => v.outcome === 'BROKEN').length"));
    assertThat(broken).isEqualTo(1);
    press(HOME);
    assertThat(js(red)).isEqualTo("0");
    press("b");
    assertThat(js(red)).isEqualTo("1");
    int step = Integer.parseInt(js("run.verdicts.find(v => v.outcome === 'BROKEN').step"));
    assertThat(where()).startsWith("step " + step + " of");
    press(LEFT);
    assertThat(js(red)).isEqualTo("0");
  }

  @Test
  void text_is_shown_as_text_and_nothing_is_fetched() throws Exception {
    assertThat(js("document.title")).isEqualTo("A <run> & more");
    assertThat(js("document.querySelector('h1').textContent")).isEqualTo("A <run> & more");
    assertThat(js("performance.getEntriesByType('resource').length")).isEqualTo("0");
    byte[] picture =
        Base64.getDecoder()
            .decode(
                JSON.readTree(
                        HTTP.send(
                                HttpRequest.newBuilder(URI.create(session + "/screenshot")).build(),
                                HttpResponse.BodyHandlers.ofString())
                            .body())
                    .get("value")
                    .asText());
    assertThat(picture.length).isGreaterThan(20_000);
    Files.write(Path.of("target", "lab-page.png"), picture);
  }
}

package io.flotilla;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real browser with one window, driven through chromedriver. */
public final class Chromium implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process driver;
  private final String session;

  /**
   * @param profile a directory for what the browser stores
   * @param more options of the browser
   */
  public Chromium(Path profile, String... more) throws IOException {
    Driver started = Driver.start();
    driver = started.process();
    String server = "http://127.0.0.1:" + started.port();
    ObjectNode options = JSON.createObjectNode();
    ArrayNode args = options.putArray("args");
    List<String> all = new ArrayList<>(List.of(more));
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
            "--user-data-dir=" + profile)
        .forEach(all::add);
    all.forEach(args::add);
    ObjectNode body = JSON.createObjectNode();
    body.putObject("capabilities").putObject("alwaysMatch").set("goog:chromeOptions", options);
    session = server + "/session/" + post(server + "/session", body).get("sessionId").asText();
  }

  /** Whether this machine has one; tests with a browser are skipped if not. */
  public static boolean isInstalled() {
    return isInstalled("chromedriver") && isInstalled("chromium");
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(d -> Files.isExecutable(Path.of(d, program)));
  }

  private record Driver(Process process, int port) {
    private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");

    /**
     * It takes a free port of IPv4, and ends if somebody has the one of IPv6 with the same number;
     * the next time it takes another.
     */
    static Driver start() throws IOException {
      StringBuilder said = new StringBuilder();
      for (int times = 0; times < 10; times++) {
        Process process =
            new ProcessBuilder("chromedriver", "--port=0").redirectErrorStream(true).start();
        BufferedReader out =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          Matcher m = STARTED.matcher(line);
          if (m.find()) {
            return new Driver(process, Integer.parseInt(m.group(1)));
          }
          said.append(line).append('\n');
        }
      }
      throw new IOException("chromedriver did not start: " + said);
    }
  }

  private static JsonNode post(String url, JsonNode body) throws IOException {
    return send(
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json; charset=utf-8")
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build());
  }

  private static JsonNode send(HttpRequest request) throws IOException {
    try {
      HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException(answer.body());
      }
      return JSON.readTree(answer.body()).get("value");
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Goes to a page, and returns once it is loaded. */
  public void open(String url) throws IOException {
    post(session + "/url", JSON.createObjectNode().put("url", url));
  }

  /** The value of an expression in the page; if it is a promise, what it is fulfilled with. */
  public String js(String expression) throws IOException {
    ObjectNode body = JSON.createObjectNode();
    body.put("script", "return " + expression);
    body.putArray("args");
    return post(session + "/execute/sync", body).asText();
  }

  public void press(String... keys) throws IOException {
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

  /** A PNG. */
  public byte[] screenshot() throws IOException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(session + "/screenshot")).build();
    return Base64.getDecoder().decode(send(request).asText());
  }

  @Override
  public void close() throws IOException {
    try {
      send(HttpRequest.newBuilder(URI.create(session)).DELETE().build());
    } finally {
      driver.destroy();
    }
  }
}

package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Conversations, byte for byte: statuses, headers, bodies with the order of their fields, and which
 * error comes first. One goes over all paths; the other has bodies that clients send or might send,
 * some of them odd. If a change is meant, copy {@code target/answers.txt} over {@code
 * http/answers.txt} (or {@code bodies.txt}) and read the difference.
 */
class GoldenAnswersTest {
  private static final String ASKS = "> ";

  /** Headers of the connection, or different each time. */
  private static final Set<String> UNTOLD =
      Set.of("date", "server", "content-length", "connection", "x-request-id");

  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private static String told(HttpResponse<String> answer) {
    String headers =
        answer.headers().map().entrySet().stream()
            .filter(header -> !UNTOLD.contains(header.getKey()))
            .map(header -> header.getKey() + ": " + String.join(", ", header.getValue()) + "\n")
            .collect(Collectors.joining());
    String body = answer.body().isEmpty() ? "" : answer.body() + "\n";
    return UUID.matcher(answer.statusCode() + "\n" + headers + body).replaceAll("<uuid>");
  }

  /**
   * @param line {@code > METHOD /path body}; a body {@code @9} is nine times an x
   */
  private static HttpResponse<String> ask(TestServer server, String line) {
    String[] parts = line.substring(ASKS.length()).split(" ", 3);
    String body = parts.length < 3 ? null : parts[2];
    if (body != null && body.startsWith("@")) {
      body = "x".repeat(Integer.parseInt(body.substring(1)));
    }
    return server.sendTo(parts[0], parts[1], body);
  }

  private static List<String> exchanges(String conversation) {
    return List.of(conversation.split("(?m)^(?=" + ASKS + ")"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"answers.txt", "bodies.txt"})
  void answers_are_those_of_before(String conversation) throws IOException {
    String golden;
    try (InputStream file = getClass().getResourceAsStream("/http/" + conversation)) {
      golden = new String(file.readAllBytes(), UTF_8);
    }
    List<String> asked = golden.lines().filter(line -> line.startsWith(ASKS)).toList();
    List<String> told = new ArrayList<>();
    try (TestServer server = new TestServer()) {
      for (String line : asked) {
        told.add(line + "\n" + told(ask(server, line)) + "\n");
      }
    }
    Files.writeString(Path.of("target", conversation), String.join("", told));
    assertThat(told).hasSizeGreaterThan(150);
    assertThat(told).containsExactlyElementsOf(exchanges(golden));
  }
}

package io.flotilla.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.TestPatience;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is said on a connection, byte for byte: framing, pipelining, versions, targets and headers
 * as clients send them, and as those do who want one request to be read as two.
 *
 * <p>{@code http/raw.txt} has the conversations. Lines with {@code >} are sent, each with CR and LF
 * unless it ends with a backslash; {@code \r}, {@code \n}, {@code \0} and octal bytes are escapes,
 * and <code>{8000*a}</code> is 8,000 times an a. Then the client closes its side, except where
 * {@code =} says that the server has to close first. Lines with {@code <} are what came back: each
 * answer with its headers in alphabetical order and without the date, a long body as its length. If
 * a change is meant, copy {@code target/raw.txt} over the file and read the difference.
 */
@Timeout(600)
class RawRequestsTest {
  private static final Pattern REPEATED = Pattern.compile("\\{(\\d+)\\*(.+?)}");
  private static final Pattern ANSWER = Pattern.compile("(?=HTTP/1\\.[01] \\d{3} )");
  private static final Pattern REQUEST_ID =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final int LONG = 400;

  private static List<String> conversations() throws IOException {
    try (InputStream file = RawRequestsTest.class.getResourceAsStream("/http/raw.txt")) {
      return List.of(new String(file.readAllBytes(), UTF_8).split("(?m)^(?=# )"));
    }
  }

  private static boolean isSent(String line) {
    return line.startsWith(">") || line.equals("=");
  }

  /** The bytes of one line that is sent. */
  private static byte[] bytes(String line) {
    String text = line.substring(Math.min(2, line.length()));
    boolean open = text.endsWith("\\");
    Matcher repeated = REPEATED.matcher(open ? text.substring(0, text.length() - 1) : text);
    String whole =
        repeated.replaceAll(
            r -> Matcher.quoteReplacement(r.group(2).repeat(Integer.parseInt(r.group(1)))));
    return (whole.translateEscapes() + (open ? "" : "\r\n")).getBytes(ISO_8859_1);
  }

  private static byte[] request(List<String> lines) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    lines.stream().filter(l -> l.startsWith(">")).forEach(l -> all.writeBytes(bytes(l)));
    return all.toByteArray();
  }

  /** Everything until the server has closed the connection. */
  private static String converse(TestServer server, List<String> lines, int piece)
      throws IOException {
    URI base = URI.create(server.base());
    byte[] request = request(lines);
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(TestPatience.MILLIS);
      socket.setTcpNoDelay(true);
      try {
        OutputStream out = socket.getOutputStream();
        for (int from = 0; from < request.length; from += piece) {
          out.write(request, from, Math.min(piece, request.length - from));
        }
        if (!lines.contains("=")) {
          socket.shutdownOutput();
        }
      } catch (IOException e) {
        // The server has read enough.
      }
      return received(socket);
    }
  }

  private static String received(Socket socket) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (java.net.SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      // Closed while something was still on its way to the server.
    }
    return all.toString(UTF_8);
  }

  private static String told(String received) {
    return received.isEmpty()
        ? "< nothing\n"
        : ANSWER
            .splitAsStream(received)
            .map(RawRequestsTest::answer)
            .map(RawRequestsTest::quoted)
            .collect(Collectors.joining());
  }

  private static String answer(String text) {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return text;
    }
    List<String> head = text.substring(0, end).lines().toList();
    String headers =
        head.stream()
            .skip(1)
            .filter(h -> !h.startsWith("Date:") && !h.startsWith("X-Request-Id:"))
            .map(h -> h.startsWith("X-Consul-Index:") ? "X-Consul-Index: <index>" : h)
            .sorted(String.CASE_INSENSITIVE_ORDER)
            .map(h -> h + "\n")
            .collect(Collectors.joining());
    boolean chunked = headers.contains("Transfer-Encoding: chunked");
    String body = text.substring(end + 4);
    String whole = chunked ? joined(body) : body;
    // Which of them still reach a client that has closed its side is chance.
    String shown = headers.contains("text/event-stream") ? "(events)" : whole;
    return head.get(0) + "\n" + headers + "\n" + shortened(shown);
  }

  /** The chunks without their sizes, which don't matter. */
  private static String joined(String chunks) {
    StringBuilder all = new StringBuilder();
    int at = 0;
    while (at < chunks.length()) {
      int line = chunks.indexOf("\r\n", at);
      int size = Integer.parseInt(chunks.substring(at, line), 16);
      if (size == 0) {
        return all.toString();
      }
      all.append(chunks, line + 2, line + 2 + size);
      at = line + 4 + size;
    }
    return all + " (and no end)";
  }

  private static String shortened(String body) {
    String same = REQUEST_ID.matcher(body).replaceAll("<uuid>");
    return same.length() <= LONG ? same : "(" + same.length() + " characters)";
  }

  private static String quoted(String answer) {
    return answer
        .lines()
        .map(l -> l.isEmpty() ? "<\n" : "< " + l + "\n")
        .reduce("", String::concat);
  }

  /**
   * @param piece how much is sent at a time
   */
  @ParameterizedTest
  @ValueSource(ints = {1 << 20, 7, 1})
  void what_is_answered_is_what_was_answered_before(int piece) throws IOException {
    List<String> conversations = conversations();
    List<String> told = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    try (TestServer server = new TestServer()) {
      server.put("/kv/big", "x".repeat(300_000));
      server.put("/kv/big2", "y".repeat(300_000));
      for (String conversation : conversations) {
        List<String> lines = conversation.lines().toList();
        String asked =
            lines.stream()
                .filter(l -> l.startsWith("#") || isSent(l))
                .map(l -> l + "\n")
                .collect(Collectors.joining());
        if (request(lines).length <= 3_000L * piece) {
          told.add(asked + told(converse(server, lines, piece)) + "\n");
          expected.add(conversation.stripTrailing() + "\n\n");
        }
      }
    }
    if (told.size() == conversations.size()) {
      Files.writeString(Path.of("target", "raw.txt"), String.join("", told));
    }
    assertThat(told).hasSizeGreaterThan(100);
    assertThat(told).containsExactlyElementsOf(expected);
  }
}

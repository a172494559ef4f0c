package io.flotilla.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.TestPatience;
import io.flotilla.proxy.Backend;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Requests that two readers might understand differently, sent through the proxy. Whatever reaches
 * an instance is one request on its connection, in the one form that all readers understand alike;
 * or nothing does.
 */
@Timeout(600)
class SmuggledRequestsTest {
  private static final String SECOND = "GET /second HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String LENGTH = "Content-Length: " + SECOND.length();
  private static final String LINE = "POST /v1/proxy/web/first HTTP/1.1\r\nHost: x\r\n";

  /** Behind the first line and Host. */
  private static final List<String> TAILS =
      List.of(
          // folded headers
          "X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
          "X: y\r\n\tContent-Length: 5\r\n\r\nabcde" + SECOND,
          "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + SECOND,
          "Content-Length:\r\n 0\r\n\r\n" + SECOND,
          LENGTH + "\r\n ,0\r\n\r\n" + SECOND,
          // lines that end with LF, CR or less
          "X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
          "X: y\n" + LENGTH + "\r\n\r\n" + SECOND,
          "X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
          "X: y\n\n" + SECOND,
          "X: y\n\r\n" + SECOND,
          "X: y\r\r\n\r\n" + SECOND,
          "X: y\r\n\n" + SECOND,
          "X: y\0\r\n" + LENGTH + "\r\n\r\n" + SECOND,
          "X: a\u0085b\r\n" + LENGTH + "\r\n\r\n" + SECOND,
          // two lengths, or a length and chunks
          "Content-Length: 0\r\n" + LENGTH + "\r\n\r\n" + SECOND,
          LENGTH + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
          "Transfer-Encoding: chunked\r\n" + LENGTH + "\r\n\r\n0\r\n\r\n" + SECOND,
          "Content-Length: +0\r\n\r\n" + SECOND,
          "Content-Length: 0x0\r\n\r\n" + SECOND,
          "Content-Length: -1\r\n\r\n" + SECOND,
          "Content-Length: 0,0\r\n\r\n" + SECOND,
          "Content-Length : 0\r\n\r\n" + SECOND,
          " Content-Length: 0\r\n\r\n" + SECOND,
          // codings
          "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SECOND,
          "Transfer-Encoding: identity\r\n" + LENGTH + "\r\n\r\n" + SECOND,
          "Transfer-Encoding: xchunked\r\n" + LENGTH + "\r\n\r\n" + SECOND,
          "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SECOND,
          "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n" + SECOND,
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n" + SECOND,
          // chunks
          "Transfer-Encoding: chunked\r\n\r\n1\na\n0\n\n" + SECOND,
          "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n" + SECOND,
          "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n" + SECOND,
          "Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n" + SECOND,
          "Transfer-Encoding: chunked\r\n\r\n1;\nx\r\na\r\n0\r\n\r\n" + SECOND,
          "Transfer-Encoding: chunked\r\n\r\n1;a=\"\r\na\r\n0\r\n\r\n" + SECOND,
          "Transfer-Encoding: chunked\r\n\r\n100000000\r\na\r\n0\r\n\r\n" + SECOND,
          "Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n z\r\n\r\n" + SECOND,
          "Transfer-Encoding: chunked\r\n\r\n0\r\n" + LENGTH + "\r\n\r\n" + SECOND,
          "Transfer-Encoding: chunked\r\n\r\n0\n\n" + SECOND,
          // for the next one to take away, or to leave
          "Connection: Content-Length\r\n" + LENGTH + "\r\n\r\n" + SECOND,
          "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
          "Connection: Host\r\nContent-Length: 0\r\n\r\n" + SECOND,
          "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AA\r\n\r\n"
              + SECOND,
          "Expect: 100-continue\r\n" + LENGTH + "\r\n\r\n" + SECOND);

  /** Whole requests, whose first lines or targets say more than one. */
  private static final List<String> WHOLE =
      List.of(
          "POST /v1/proxy/web/a%0d%0a%0d%0aGET%20/second HTTP/1.1\r\nHost: x\r\n\r\n",
          "POST /v1/proxy/web/a%20HTTP/1.1%0aX:%20y HTTP/1.1\r\nHost: x\r\n\r\n",
          "POST /v1/proxy/web/a\u000b/second HTTP/1.1\r\nHost: x\r\n\r\n",
          "POST /v1/proxy/web/a HTTP/1.1\nHost: x\n\n" + SECOND,
          "POST /v1/proxy/web/a\r\nGET /second HTTP/1.1\r\nHost: x\r\n\r\n",
          "POST /v1/proxy/web/a HTTP/1.1 HTTP/1.1\r\nHost: x\r\n\r\n" + SECOND,
          "POST /v1/proxy/web/a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
          "POST /v1/proxy/web/a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + SECOND,
          "POST /v1/proxy/web/a HTTP/1.1\r\nHost: x\r\n" + "\r\n" + "\n" + SECOND);

  /** A first line and headers, each on a line of its own that ends with CR and LF. */
  private static final String STRICT =
      "[A-Z]+ /[!-~]* HTTP/1\\.1\\r\\n([A-Za-z0-9-]+: [^\\x00-\\x08\\x0A-\\x1F\\x7F]*\\r\\n)+\\r\\n";

  private static final Pattern LENGTH_OF = Pattern.compile("\r\nContent-Length: (\\d+)\r\n");

  /**
   * What came on one connection.
   *
   * @param behind bytes that came behind the first request
   */
  private record Reached(String head, String all, int behind) {}

  private final Queue<Reached> reached = new ConcurrentLinkedQueue<>();
  private final AtomicInteger open = new AtomicInteger();
  private final ProxyServer proxy =
      new ProxyServer(
          TestPatience.PATIENCE,
          100,
          (namespace, service) -> CompletableFuture.completedFuture(Optional.empty()));
  private Backend instance;

  /** It keeps all that comes on each connection until the other side ends it. */
  @BeforeEach
  void start() throws IOException {
    instance = new Backend(this::keep);
    proxy.has(instance.instance("one"));
  }

  @AfterEach
  void end() throws Exception {
    instance.close();
    proxy.close();
  }

  /** Reads one request as strictly as can be, answers it, and notes it with all that follows. */
  private void keep(Socket socket) throws IOException {
    open.incrementAndGet();
    try {
      InputStream in = socket.getInputStream();
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      String head = until(in, all, "\r\n\r\n");
      if (head.contains("\r\nTransfer-Encoding: chunked\r\n")) {
        until(in, all, "0\r\n\r\n");
      } else {
        Matcher length = LENGTH_OF.matcher(head);
        all.writeBytes(in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0));
      }
      int one = all.size();
      socket
          .getOutputStream()
          .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
      all.writeBytes(in.readAllBytes());
      reached.add(new Reached(head, all.toString(ISO_8859_1), all.size() - one));
    } finally {
      open.decrementAndGet();
    }
  }

  private static String until(InputStream in, ByteArrayOutputStream all, String end)
      throws IOException {
    int from = all.size();
    while (!all.toString(ISO_8859_1).substring(from).endsWith(end)) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      all.write(next);
    }
    return all.toString(ISO_8859_1).substring(from);
  }

  private void send(String bytes) throws IOException {
    try (Socket client = proxy.connect()) {
      client.getOutputStream().write(bytes.getBytes(ISO_8859_1));
      client.shutdownOutput();
      client.getInputStream().readAllBytes();
    }
    await().atMost(TestPatience.PATIENCE).until(() -> open.get() == 0);
  }

  @Test
  void anInstanceGetsOneRequestThatAllReadersUnderstandAlikeOrNone() throws IOException {
    List<String> all = Stream.concat(TAILS.stream().map(LINE::concat), WHOLE.stream()).toList();
    for (String bytes : all) {
      send(bytes);
      for (Reached one : reached) {
        String why = bytes + "\n\nbecame\n\n" + one.all();
        assertThat(one.behind()).as(why).isZero();
        assertThat(one.head()).as(why).matches(STRICT);
        assertThat(
                Pattern.compile("\r\n(Content-Length|Transfer-Encoding):")
                    .matcher(one.head())
                    .results())
            .as(why)
            .hasSizeLessThan(2);
      }
      reached.clear();
    }
  }

  /** Or the test above would see nothing. */
  @Test
  void aProperRequestReachesTheInstance() throws IOException {
    send(LINE + LENGTH + "\r\n\r\n" + SECOND);
    send(LINE + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n");
    assertThat(reached).hasSize(2);
    assertThat(reached.remove().all()).startsWith("POST /first HTTP/1.1\r\n").endsWith(SECOND);
    assertThat(reached.remove().all()).matches("(?s).*\r\n\r\n(a|1\r\na\r\n0\r\n\r\n)");
  }
}

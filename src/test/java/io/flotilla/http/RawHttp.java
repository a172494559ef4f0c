package io.flotilla.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.flotilla.TestPatience;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends a request's target byte by byte as it is given, which no client library does. */
final class RawHttp {
  private final int port;

  RawHttp(TestServer server) {
    this.port = URI.create(server.base()).getPort();
  }

  /**
   * @param code of an error; else empty
   */
  record Answer(int status, String code, String body) {}

  private static final Pattern CODE = Pattern.compile("\r\n" + ApiError.CODE + ": (.*)\r\n");

  Answer send(String method, String target, String body) {
    byte[] content = body == null ? new byte[0] : body.getBytes(UTF_8);
    String length = body == null ? "" : "Content-Length: " + content.length + "\r\n";
    return send(
        method + " " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + length + "\r\n",
        content);
  }

  /** With the head as it is given. */
  Answer send(String head, byte[] content) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.getBytes(ISO_8859_1));
    request.writeBytes(content);
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(TestPatience.MILLIS);
      socket.getOutputStream().write(request.toByteArray());
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      Matcher code = CODE.matcher(answer.substring(0, end + 2));
      return new Answer(
          Integer.parseInt(answer.substring(9, 12)),
          code.find() ? code.group(1) : "",
          answer.substring(end + 4));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.flotilla.proxy;

import akka.NotUsed;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Ends a connection that no instance accepts. It is reset, but a client that speaks HTTP is first
 * told why. All this knows of HTTP is how a request starts and what that answer looks like.
 */
final class Unserved {
  /** How long a client may take to show its protocol, and to read the answer. */
  private static final Duration TIME = Duration.ofSeconds(1);

  private static final Set<String> METHODS =
      Set.of("GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT");

  private Unserved() {}

  static Flow<ByteString, ByteString, NotUsed> because(NoInstanceException reason) {
    return Flow.<ByteString>create()
        .takeWithin(TIME)
        .prefixAndTail(1)
        .flatMapConcat(
            first ->
                isHttp(first.first())
                    // Reads what the client still sends: a reset could discard the answer.
                    ? Source.single(answer(reason)).concat(first.second().filter(bytes -> false))
                    : Source.failed(reason));
  }

  private static boolean isHttp(List<ByteString> first) {
    if (first.isEmpty()) {
      return false;
    }
    String start = first.get(0).take(8).utf8String();
    int space = start.indexOf(' ');
    return space > 0 && METHODS.contains(start.substring(0, space));
  }

  private static ByteString answer(NoInstanceException reason) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("error").put("code", reason.reason().code()).put("message", reason.getMessage());
    byte[] body = json.toString().getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 503 Service Unavailable\r\nX-Flotilla-Error: "
            + reason.reason().code()
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
    return ByteString.fromString(head).concat(ByteString.fromArrayUnsafe(body));
  }
}

package io.flotilla.http;

import akka.http.javadsl.model.AttributeKey;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.Uri;
import akka.http.scaladsl.model.IllegalUriException;
import akka.http.scaladsl.model.Uri$;
import akka.parboiled2.ParserInput;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The target of a request exactly as the client sent it. URIs have segments {@code .} and {@code
 * ..} that are resolved, so that {@code public/../secret} would become {@code secret}. Here a dot
 * segment is an ordinary part of the name, and a name that isn't valid UTF-8 is refused.
 */
final class RequestTarget {
  /** In characters. */
  static final int MAX_LENGTH = 16 * 1024;

  /** What a URL may not have (RFC 3986, 2), except spaces, controls and {@code #}. */
  private static final String UNESCAPED = "\"<>[]\\^`{|}";

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private static final AttributeKey<String> TARGET = AttributeKey.create("target", String.class);

  private RequestTarget() {}

  /**
   * A request with this path and query, for routes to match.
   *
   * @param target as it was sent
   * @throws ApiError if it isn't one
   */
  static HttpRequest with(HttpRequest request, String target) {
    if (target.length() > MAX_LENGTH) {
      throw tooLong();
    }
    String here = escaped(originForm(target));
    if (!here.startsWith("/") && !here.equals("*")) {
      throw RequestHead.malformed("The target of a request is a path or a URL.");
    }
    return request.withUri(parsed(here)).addAttribute(TARGET, here);
  }

  static ApiError tooLong() {
    return new ApiError(
        StatusCodes.URI_TOO_LONG,
        "uri-too-long",
        "A URI has at most " + MAX_LENGTH + " characters.");
  }

  /** Without scheme and authority no dot segment is resolved. */
  private static Uri parsed(String target) {
    try {
      return Uri.create(
          Uri$.MODULE$.parseHttpRequestTarget(
              new ParserInput.StringBasedParserInput(target), StandardCharsets.UTF_8, Uri.STRICT));
    } catch (IllegalUriException e) {
      throw RequestHead.malformed(e.info().formatPretty());
    }
  }

  /**
   * Many clients send keys and filters as they are, and Go's servers take them: {@code app[1]},
   * {@code größe}. Netty takes bytes for characters, so that each of these is one.
   *
   * @param target its bytes, as ISO-8859-1
   */
  static String escaped(String target) {
    if (target.chars().noneMatch(RequestTarget::isUnescaped)) {
      return target;
    }
    StringBuilder escaped = new StringBuilder(target.length() + 32);
    target
        .chars()
        .forEach(
            c -> {
              if (isUnescaped(c)) {
                escaped.append('%').append(HEX.toHexDigits((byte) c));
              } else {
                escaped.append((char) c);
              }
            });
    return escaped.toString();
  }

  private static boolean isUnescaped(int c) {
    return c >= 0x80 && c <= 0xFF || UNESCAPED.indexOf(c) >= 0;
  }

  /** Clients of proxies send {@code http://host/path} (RFC 9112, section 3.2.2). */
  private static String originForm(String target) {
    int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
    if (scheme < 0) {
      return target;
    }
    int slash = target.indexOf('/', scheme + 3);
    int query = target.indexOf('?', scheme + 3);
    boolean noPath = slash < 0 || query >= 0 && query < slash;
    return noPath ? "/" + (query < 0 ? "" : target.substring(query)) : target.substring(slash);
  }

  /**
   * The path from a segment on, still percent-encoded; empty if it has fewer segments.
   *
   * @param segments how many to skip, each with the {@code /} before it
   */
  static String behind(HttpRequest request, int segments) {
    String path = path(request);
    int slash = 0;
    for (int i = 0; i < segments && slash >= 0; i++) {
      slash = path.indexOf('/', slash + 1);
    }
    return slash < 0 ? "" : path.substring(slash + 1);
  }

  /** As it was sent. */
  static String path(HttpRequest request) {
    String target = request.getAttribute(TARGET).orElseThrow();
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /**
   * The decoded name after a path and its {@code /}. It may contain any characters; a {@code /} in
   * it may be sent as it is or as {@code %2F}.
   *
   * @param path that the request has; only the number of its segments matters
   */
  static String name(HttpRequest request, String path) {
    int segments = (int) path.chars().filter(c -> c == '/').count();
    return decoded(behind(request, segments));
  }

  /** Decodes percent-encoded text. A {@code +} stays as it is. */
  static String decoded(String encoded) {
    if (encoded.indexOf('%') < 0) {
      return encoded;
    }
    ByteBuffer bytes = ByteBuffer.allocate(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        bytes.put((byte) Integer.parseInt(encoded, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.put((byte) c);
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new ApiError(
          StatusCodes.BAD_REQUEST,
          "malformed-request",
          "The percent-encoding in the path or query is not valid UTF-8.");
    }
  }
}

package io.flotilla.http;

import akka.http.javadsl.model.AttributeKey;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.Uri;
import akka.http.javadsl.model.headers.RawRequestURI;
import akka.http.scaladsl.model.Uri$;
import akka.parboiled2.ParserInput;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target of a request as the client sent it, which alone decides what is meant. Akka HTTP
 * resolves the segments {@code .} and {@code ..} of a path, so that {@code public/../secret} would
 * be {@code secret}; and it decodes bytes that are no UTF-8 to one and the same character. Here a
 * dot segment is a part of the name like any other, and a name that is no text is refused.
 */
final class RequestTarget {
  private static final Logger LOG = LoggerFactory.getLogger(RequestTarget.class);

  private static final AttributeKey<String> TARGET = AttributeKey.create("target", String.class);

  /** The target as it came, which akka.http.server.raw-request-uri-header lets the parser add. */
  private static final String HEADER = "Raw-Request-URI";

  /** Measured: 105, in code that is interpreted. */
  private static final int STACK_BYTES_PER_CHARACTER = 192;

  private static final int DEFAULT_STACK_KIB = 1024;

  private RequestTarget() {}

  /**
   * The longest target that can be taken. Akka HTTP resolves dot segments before anybody is asked,
   * and by a recursion as deep as the path is long; a stack that overflows ends the process. With
   * the stack of node.options the configured length is taken, with Java's default less.
   */
  static int maxLength(int configured) {
    String kib =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("ThreadStackSize")
            .getValue();
    long stack = 1024L * (kib.equals("0") ? DEFAULT_STACK_KIB : Long.parseLong(kib));
    int possible = (int) Math.min(configured, stack / STACK_BYTES_PER_CHARACTER);
    if (possible < configured) {
      LOG.warn(
          "URIs may have {} characters only, instead of {}: start Java with -Xss3m for all",
          possible,
          configured);
    }
    return possible;
  }

  /** The request with the path that it came with, which routes then match. */
  static HttpRequest asSent(HttpRequest request) {
    String target =
        originForm(request.getHeader(RawRequestURI.class).map(RawRequestURI::uri).orElseThrow());
    HttpRequest plain = request.removeHeader(HEADER).addAttribute(TARGET, target);
    // Without scheme and authority no dot segment is resolved. "*" has no path: it stays.
    return target.startsWith("/") ? plain.withUri(parsed(target)) : plain;
  }

  private static Uri parsed(String target) {
    return Uri.create(
        Uri$.MODULE$.parseHttpRequestTarget(
            new ParserInput.StringBasedParserInput(target), StandardCharsets.UTF_8, Uri.RELAXED));
  }

  /** Proxies' clients send {@code http://host/path} (RFC 9112, section 3.2.2). */
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
   * The path from a segment on, percent-encoded as it came; empty if it has not so many.
   *
   * @param segments how many are left out, each with the {@code /} before it
   */
  static String behind(HttpRequest request, int segments) {
    String path = path(request);
    int slash = 0;
    for (int i = 0; i < segments && slash >= 0; i++) {
      slash = path.indexOf('/', slash + 1);
    }
    return slash < 0 ? "" : path.substring(slash + 1);
  }

  private static String path(HttpRequest request) {
    String target = request.getAttribute(TARGET).orElseThrow();
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /**
   * The name behind a path and the {@code /} after it, decoded. It may have any characters; a
   * {@code /} of it may come as it is or as {@code %2F}.
   *
   * @param path which the request has; only the number of its segments counts
   */
  static String name(HttpRequest request, String path) {
    int segments = (int) path.chars().filter(c -> c == '/').count();
    return decoded(behind(request, segments));
  }

  /** What is percent-encoded, as text. A {@code +} stays one. */
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
          "What is percent-encoded in the path or the query is no UTF-8.");
    }
  }
}

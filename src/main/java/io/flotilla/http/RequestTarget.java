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
 * The target of a request exactly as the client sent it. Akka HTTP resolves the segments {@code .}
 * and {@code ..} of a path, so that {@code public/../secret} would become {@code secret}, and it
 * decodes all invalid UTF-8 to the same character. Here a dot segment is an ordinary part of the
 * name, and a name that isn't valid UTF-8 is refused.
 */
final class RequestTarget {
  private static final Logger LOG = LoggerFactory.getLogger(RequestTarget.class);

  private static final AttributeKey<String> TARGET = AttributeKey.create("target", String.class);

  /** The raw target; akka.http.server.raw-request-uri-header makes the parser add it. */
  private static final String HEADER = "Raw-Request-URI";

  /** Measured: 105, in interpreted code. */
  private static final int STACK_BYTES_PER_CHARACTER = 192;

  private static final int DEFAULT_STACK_KIB = 1024;

  private RequestTarget() {}

  /**
   * The longest target that can be accepted. Akka HTTP resolves dot segments before any of our code
   * runs, with a recursion as deep as the path is long, and a stack overflow ends the process. With
   * the stack size in node.options the configured length is safe; with Java's default only less.
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
          "URIs are limited to {} characters, not {}: start Java with -Xss3m for all of them",
          possible,
          configured);
    }
    return possible;
  }

  /** The request with its original path, for routes to match. */
  static HttpRequest asSent(HttpRequest request) {
    String target =
        originForm(request.getHeader(RawRequestURI.class).map(RawRequestURI::uri).orElseThrow());
    HttpRequest plain = request.removeHeader(HEADER).addAttribute(TARGET, target);
    // Without scheme and authority no dot segment is resolved. "*" has no path and is left alone.
    return target.startsWith("/") ? plain.withUri(parsed(target)) : plain;
  }

  private static Uri parsed(String target) {
    return Uri.create(
        Uri$.MODULE$.parseHttpRequestTarget(
            new ParserInput.StringBasedParserInput(target), StandardCharsets.UTF_8, Uri.RELAXED));
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

  private static String path(HttpRequest request) {
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

package io.flotilla.http;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpProtocols;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessageDecoderResult;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/** Makes a request for the routes of the head that Netty has parsed, or refuses it. */
final class RequestHead {
  private static final String CHARACTERS_OF_HOSTS = "-._~%!$&'()*+,;=:[]";

  /** Of what could not be read. */
  private static final int MAX_SHOWN = 1024;

  private RequestHead() {}

  /**
   * The request, without its body.
   *
   * @throws ApiError if nothing behind it on the connection can be understood
   */
  static HttpRequest of(io.netty.handler.codec.http.HttpRequest head) {
    if (head.decoderResult().isFailure()) {
      throw unreadable(head.decoderResult().cause());
    }
    HttpMethod method =
        HttpMethods.lookup(head.method().name())
            .filter(known -> !known.equals(HttpMethods.CONNECT)) // for proxies of another kind
            .orElseThrow(() -> refused(StatusCodes.NOT_IMPLEMENTED, "wrong-method", "method"));
    HttpVersion version = head.protocolVersion();
    if (version.majorVersion() != 1 || version.minorVersion() > 1) {
      throw refused(StatusCodes.HTTPVERSION_NOT_SUPPORTED, "malformed-request", "HTTP version");
    }
    checkFraming(head);
    checkHost(head);
    HttpRequest request =
        HttpRequest.create()
            .withMethod(method)
            .withProtocol(isOld(head) ? HttpProtocols.HTTP_1_0 : HttpProtocols.HTTP_1_1)
            .withHeaders(headers(head.headers()));
    return RequestTarget.with(request, head.uri());
  }

  /** What is left of one that could not be read, with what must not be shown of it. */
  static HttpRequest unread(io.netty.handler.codec.http.HttpRequest head, ApiError why) {
    boolean isNetty = head instanceof FullHttpRequest; // of whose first line nothing was understood
    String target = isNetty ? "" : head.uri();
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    return new Refused(why, isNetty ? "" : shortened(head.method().name()), shortened(path))
        .instead(
            HttpRequest.create()
                .withHeaders(
                    Stream.of("X-Consul-Token", "Authorization")
                        .filter(head.headers()::contains)
                        .map(name -> (HttpHeader) RawHeader.create(name, head.headers().get(name)))
                        .toList()));
  }

  private static String shortened(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
  }

  private static boolean isOld(io.netty.handler.codec.http.HttpRequest head) {
    return head.protocolVersion().equals(HttpVersion.HTTP_1_0);
  }

  static ApiError unreadable(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return RequestTarget.tooLong();
    } else if (cause instanceof TooLongHttpHeaderException) {
      return new ApiError(
          StatusCodes.REQUEST_HEADER_FIELDS_TOO_LARGE,
          "headers-too-large",
          "The headers are too many or too long.");
    }
    return cause instanceof ApiError known
        ? known
        : malformed(
            "The request is malformed: its first line, a header, or how its body is framed.");
  }

  /** A body that isn't framed as its head says. */
  static ApiError unreadableBody(Throwable cause) {
    return cause instanceof TooLongHttpLineException
        ? malformed("The size of a chunk has too many characters.")
        : unreadable(cause);
  }

  static ApiError malformed(String message) {
    return new ApiError(StatusCodes.BAD_REQUEST, "malformed-request", message);
  }

  private static ApiError refused(StatusCode status, String code, String what) {
    return new ApiError(status, code, "This " + what + " is not known here.");
  }

  /** Who reads another coding, or chunks in HTTP/1.0, differently finds another end of the body. */
  private static void checkFraming(io.netty.handler.codec.http.HttpRequest head) {
    String coding = head.headers().get("Transfer-Encoding");
    if (coding == null) {
      return;
    } else if (isOld(head)) {
      throw malformed("The request is malformed; HTTP/1.0 has no Transfer-Encoding.");
    } else if (!coding.equalsIgnoreCase("chunked")) {
      throw malformed("The only Transfer-Encoding that is understood here is 'chunked'.");
    } else if (head.headers().contains("Content-Length")) {
      throw malformed("A request has a Transfer-Encoding or a Content-Length, not both.");
    }
  }

  private static void checkHost(io.netty.handler.codec.http.HttpRequest head) {
    String host = head.headers().get("Host");
    boolean isHost =
        host == null
            ? isOld(head)
            : host.chars()
                .allMatch(
                    c ->
                        c < 128
                            && (Character.isLetterOrDigit(c)
                                || CHARACTERS_OF_HOSTS.indexOf(c) >= 0));
    if (!isHost) {
      throw malformed("A request needs a Host header with the name of a host.");
    }
  }

  /** Those of the body are in its {@link Incoming}. */
  private static List<HttpHeader> headers(HttpHeaders all) {
    List<HttpHeader> headers = new ArrayList<>(all.size());
    for (Map.Entry<String, String> header : all) {
      if (!isOfBody(header.getKey())) {
        headers.add(RawHeader.create(header.getKey(), text(header.getValue())));
      }
    }
    return headers;
  }

  private static boolean isOfBody(String name) {
    return name.equalsIgnoreCase("Content-Type")
        || name.equalsIgnoreCase("Content-Length")
        || name.equalsIgnoreCase("Transfer-Encoding");
  }

  /** Netty takes bytes for characters; they are UTF-8. */
  private static String text(String bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.charAt(i) >= 128) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      }
    }
    return bytes;
  }

  static ContentType type(io.netty.handler.codec.http.HttpRequest head) {
    String type = head.headers().get("Content-Type");
    if (type != null) {
      try {
        return ContentTypes.parse(type);
      } catch (NoSuchElementException e) {
        // It isn't a type, and what comes without one is taken as well.
      }
    }
    return ContentTypes.NO_CONTENT_TYPE;
  }

  /** Of the body; negative: not known before its end. */
  static long length(io.netty.handler.codec.http.HttpRequest head) {
    return HttpUtil.isTransferEncodingChunked(head) ? -1 : HttpUtil.getContentLength(head, 0L);
  }

  /** Of the head itself. */
  static int bytes(io.netty.handler.codec.http.HttpRequest head) {
    return head.decoderResult() instanceof HttpMessageDecoderResult read ? read.totalSize() : 0;
  }

  /** Whether the client keeps its connection for more requests. */
  static boolean isKept(io.netty.handler.codec.http.HttpRequest head) {
    return HttpUtil.isKeepAlive(head);
  }

  /** Whether the client sends the body only if it is asked to (RFC 9110, 10.1.1). */
  static boolean isBodyOnDemand(io.netty.handler.codec.http.HttpRequest head) {
    return HttpUtil.is100ContinueExpected(head);
  }
}

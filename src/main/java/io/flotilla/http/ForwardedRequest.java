package io.flotilla.http;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMessage;
import akka.http.javadsl.model.HttpProtocols;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.model.headers.RawRequestURI;
import io.flotilla.registry.balance.HashKey;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A request to {@code /v1/proxy/SERVICE/REST} as forwarded to the service: REST with the query,
 * without hop-by-hop headers (RFC 9110, section 7.6.1), with {@code X-Forwarded-For}, {@code
 * -Host}, {@code -Proto} and {@code -Prefix}.
 *
 * <p>The token is removed: it is a secret between the client and the cluster.
 *
 * @param service decoded
 * @param rest the rest of the path, from its slash on, as the client sent it
 */
record ForwardedRequest(HttpRequest request, String service, String rest) {
  static final String PREFIX = "/v1/proxy/";

  /** A header here, elsewhere a parameter: the query belongs to the service. */
  private static final String NAMESPACE = "x-consul-namespace";

  private static final Set<String> OF_ONE_CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final Set<String> REPLACED =
      Set.of(
          "host",
          "expect",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-forwarded-prefix",
          "x-consul-token",
          NAMESPACE);

  private static final String VIA = "via";

  static ForwardedRequest of(HttpRequest request) {
    String behind = RequestTarget.behind(request, 2);
    int slash = behind.indexOf('/');
    String service = slash < 0 ? behind : behind.substring(0, slash);
    return new ForwardedRequest(
        request, RequestTarget.decoded(service), slash < 0 ? "/" : behind.substring(slash));
  }

  String namespace() {
    return header(NAMESPACE).filter(v -> !v.isEmpty()).orElse("default");
  }

  /** A server may ignore other upgrades, such as to HTTP/2. */
  boolean isWebSocket() {
    return header("upgrade").filter("websocket"::equalsIgnoreCase).isPresent();
  }

  /** The key for consistent hashing. */
  String key(HashKey where) {
    Optional<String> key =
        switch (where.kind()) {
          case CLIENT -> Optional.empty();
          case HEADER -> header(where.name());
          case QUERY -> request.getUri().query().get(where.name());
          case PATH -> segment(Integer.parseInt(where.name()));
        };
    return key.orElseGet(() -> Client.of(request).address());
  }

  private Optional<String> segment(int number) {
    String[] segments = rest.substring(1).split("/", -1);
    return number <= segments.length && !segments[number - 1].isEmpty()
        ? Optional.of(decoded(segments[number - 1]))
        : Optional.empty();
  }

  private static String decoded(String segment) {
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private Optional<String> header(String name) {
    return request.getHeader(name).map(HttpHeader::value);
  }

  /** Whether it was forwarded under this name before (RFC 9110, section 7.6.3). */
  boolean cameThrough(String via) {
    return values(VIA).anyMatch(value -> value.contains(via));
  }

  private Stream<String> values(String header) {
    return StreamSupport.stream(request.getHeaders().spliterator(), false)
        .filter(h -> h.is(header))
        .map(HttpHeader::value);
  }

  /**
   * @param token that lets the client in, and that no instance is to see
   * @param via what this node is called on the way
   */
  HttpRequest outgoing(Secret token, String via) {
    List<HttpHeader> headers = new ArrayList<>();
    for (HttpHeader header : endToEnd(request)) {
      if (!REPLACED.contains(header.lowercaseName()) && !token.isIn(header.value())) {
        headers.add(header);
      }
    }
    headers.add(RawHeader.create("X-Forwarded-For", forwardedFor()));
    headers.add(RawHeader.create("X-Forwarded-Host", header("host").orElse("")));
    headers.add(RawHeader.create("X-Forwarded-Proto", "http"));
    headers.add(RawHeader.create("X-Forwarded-Prefix", prefix()));
    headers.add(RawHeader.create("Via", "1.1 " + via));
    // Each connection serves a single request.
    headers.add(RawHeader.create("Connection", "close"));
    headers.add(RawRequestURI.create(rest + query(token)));
    return HttpRequest.create()
        .withMethod(request.method())
        .withProtocol(HttpProtocols.HTTP_1_1)
        .withHeaders(headers)
        .withEntity(Client.of(request).body().entity());
  }

  private String forwardedFor() {
    String before = header("x-forwarded-for").map(v -> v + ", ").orElse("");
    return before + Client.of(request).address();
  }

  private String prefix() {
    String behind = RequestTarget.behind(request, 2);
    int slash = behind.indexOf('/');
    return PREFIX + (slash < 0 ? behind : behind.substring(0, slash));
  }

  private String query(Secret token) {
    String query = request.getUri().rawQueryString().orElse("");
    query =
        Arrays.stream(query.split("&"))
            .filter(pair -> !token.isIn(pair))
            .collect(Collectors.joining("&"));
    return query.isEmpty() ? "" : "?" + query;
  }

  /** The headers to pass on to the other side. */
  static List<HttpHeader> endToEnd(HttpMessage message) {
    Set<String> dropped = new HashSet<>(OF_ONE_CONNECTION);
    message
        .getHeader("Connection")
        .ifPresent(
            h ->
                Arrays.stream(h.value().split(","))
                    .map(name -> name.strip().toLowerCase(Locale.ROOT))
                    .forEach(dropped::add));
    return StreamSupport.stream(message.getHeaders().spliterator(), false)
        .filter(h -> !dropped.contains(h.lowercaseName()))
        .toList();
  }
}

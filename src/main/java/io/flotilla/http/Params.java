package io.flotilla.http;

import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.StatusCodes;
import akka.japi.Pair;
import io.flotilla.text.GoDuration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The query parameters of one request. Unknown parameters of a write are errors rather than
 * ignored: a misspelt {@code cas} must not become an unconditional write. Consul's reads ignore
 * them, as in Consul: clients send those of later versions.
 */
final class Params {
  static final String DATACENTER = "dc1";
  static final Duration DEFAULT_WAIT = Duration.ofMinutes(5);
  static final Duration MAX_WAIT = Duration.ofMinutes(10);

  /** What Consul's clients may send with any request. */
  private static final Set<String> COMMON =
      Set.of("dc", "token", "ns", "pretty", "stale", "consistent", "index", "wait", "near");

  private static final int MAX_NAMESPACE_BYTES = 128;
  private static final int MAX_REPEATED = 64;

  private final Map<String, String> values;
  private final Client client;

  private Params(Map<String, String> values, Client client) {
    this.values = values;
    this.client = client;
  }

  static Params of(HttpRequest request, Set<String> own) {
    Optional<String> query = request.getUri().rawQueryString();
    if (query.isEmpty()) {
      return new Params(Map.of(), Client.of(request));
    }
    RequestTarget.decoded(query.get()); // fails if it isn't valid text
    boolean reads = request.method().equals(HttpMethods.GET) && ConsulPaths.has(request);
    Map<String, String> values = new HashMap<>();
    for (var pair : request.getUri().query().toList()) {
      String name = pair.first();
      if (!reads && !name.isEmpty() && !COMMON.contains(name) && !own.contains(name)) {
        throw new ApiError(
            StatusCodes.BAD_REQUEST,
            "unknown-parameter",
            "There is no parameter '" + name + "' here.");
      }
      values.putIfAbsent(name, pair.second());
    }
    Params params = new Params(values, Client.of(request));
    params.check();
    return params;
  }

  /** All values of a repeatable parameter; limited, as each is compared with many. */
  static List<String> all(HttpRequest request, String name) {
    List<String> all =
        request.getUri().query().toList().stream()
            .filter(pair -> pair.first().equals(name))
            .map(pair -> pair.second())
            .distinct()
            .toList();
    if (all.size() > MAX_REPEATED) {
      throw ApiError.badParameter(
          "'" + name + "' may be given " + MAX_REPEATED + " times at most.");
    }
    return all;
  }

  private void check() {
    checkDatacenter(values.getOrDefault("dc", ""));
    if (has("stale") && has("consistent")) {
      throw ApiError.badParameter("Cannot specify ?stale with ?consistent, conflicting semantics.");
    } else if (has("cached") && has("consistent")) {
      throw ApiError.badParameter(
          "Cannot specify ?cached with ?consistent, conflicting semantics.");
    }
  }

  /** Consul can't reach one that it doesn't know. */
  static void checkDatacenter(String name) {
    if (!name.isEmpty() && !name.equals(DATACENTER)) {
      throw new ApiError(
          StatusCodes.INTERNAL_SERVER_ERROR,
          "unknown-datacenter",
          "No path to datacenter '" + name + "'; this is " + DATACENTER + ".");
    }
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** A flag is set by its name alone, {@code ?raw}, or by any value but {@code false}. */
  boolean flag(String name) {
    return values.containsKey(name) && !values.get(name).equals("false");
  }

  /** Like {@link #flag}, but the value may also be a number. */
  boolean choice(String name) {
    return switch (values.getOrDefault(name, "false")) {
      case "", "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw ApiError.badParameter("'" + name + "' must be true or false.");
    };
  }

  /** Fails if more than one of them is given. */
  void atMostOneOf(String... names) {
    List<String> given = Arrays.stream(names).filter(values::containsKey).toList();
    if (given.size() > 1) {
      throw ApiError.badParameter(
          "'" + given.get(0) + "' and '" + given.get(1) + "' exclude one another.");
    }
  }

  /** A parameter that must not be empty. */
  String named(String name, String what) {
    String value = values.get(name);
    if (value.isEmpty()) {
      throw ApiError.badParameter("'" + name + "' must name " + what + ".");
    }
    return value;
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  String namespace() {
    return namespace(values.getOrDefault("ns", "default"));
  }

  /** The namespace of a request whose parameters are not known otherwise. */
  static String namespace(HttpRequest request) {
    return namespace(
        request.getUri().query().toList().stream()
            .filter(pair -> pair.first().equals("ns"))
            .map(Pair::second)
            .findFirst()
            .orElse("default"));
  }

  private static String namespace(String namespace) {
    if (namespace.isEmpty()) {
      return "default";
    }
    if (namespace.getBytes(StandardCharsets.UTF_8).length > MAX_NAMESPACE_BYTES) {
      throw ApiError.badParameter(
          "The namespace is longer than " + MAX_NAMESPACE_BYTES + " bytes.");
    }
    return namespace;
  }

  /** An index: a whole number from 0; or absent. */
  OptionalLong index(String name) {
    String text = values.get(name);
    return text == null ? OptionalLong.empty() : OptionalLong.of(index(name, text));
  }

  static long index(String name, String text) {
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw ApiError.badParameter(
        "'" + name + "' must be a whole number from 0, but is '" + shorten(text) + "'.");
  }

  /** An unsigned 64-bit number. */
  long unsigned(String name) {
    String text = values.get(name);
    try {
      return text == null ? 0 : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw ApiError.badParameter(
          "'" + name + "' must be a number from 0 to 2^64-1, but is '" + shorten(text) + "'.");
    }
  }

  /** The index to wait for. Spring's client sends -1 before it has seen one, which means none. */
  long minIndex() {
    return "-1".equals(values.get("index")) ? 0 : index("index").orElse(0);
  }

  /** How long to wait for a change: 5 minutes by default, at most 10. */
  Duration waitTime() {
    String text = values.get("wait");
    if (text == null || text.isEmpty()) {
      return DEFAULT_WAIT;
    }
    Duration wait =
        GoDuration.parse(text)
            .orElseThrow(
                () ->
                    ApiError.badParameter(
                        "Invalid wait time: '" + shorten(text) + "', give 10s, 5m or 250ms."));
    return wait.isZero() ? DEFAULT_WAIT : wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait;
  }

  /** Who waits for the answer. */
  Client client() {
    return client;
  }

  /** As Go says it; clients look for it. */
  static String noDuration(String text) {
    return "time: invalid duration \"" + shorten(text) + '"';
  }

  /** A duration of a body as in Go: {@code 10s}, {@code 1m30s}, {@code 250ms}. */
  static Duration duration(String name, String text) {
    return GoDuration.parse(text)
        .orElseThrow(
            () ->
                ApiError.badParameter(
                    "Request decode failed: "
                        + noDuration(text)
                        + ": '"
                        + name
                        + "' must be such as 10s, 5m or 250ms."));
  }

  static String shorten(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}

package io.flotilla.it;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Requests as nobody would send them: of each endpoint, with odd names, parameters, headers and
 * bodies, and some with a few of their bytes changed. The same seed gives the same requests.
 */
final class OddRequests {
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "a/b",
          "/",
          "//",
          "..",
          ".",
          "%00",
          "%2F",
          "%ff%fe",
          "%",
          "name",
          "web",
          "default",
          "service:web",
          "serfHealth",
          "n1",
          "_",
          "-1",
          "0",
          "1",
          "18446744073709551616",
          "1e9",
          "NaN",
          "true",
          "\u00fc",
          "\u0000",
          "'\"<>",
          "{}",
          "[]",
          "x".repeat(300),
          "9".repeat(400),
          "00000000-0000-0000-0000-000000000000",
          "10s",
          "1ms",
          "-5s",
          "5",
          "1h",
          "99999999h",
          "s");

  private static final List<String> PARAMETERS =
      List.of(
          "ns",
          "dc",
          "index",
          "cas",
          "flags",
          "acquire",
          "release",
          "recurse",
          "keys",
          "separator",
          "raw",
          "stale",
          "consistent",
          "passing",
          "tag",
          "near",
          "filter",
          "node-meta",
          "pretty",
          "status",
          "note",
          "name",
          "service",
          "node",
          "hash",
          "prefix",
          "sessions",
          "after",
          "limit",
          "policy",
          "token",
          "enable",
          "reason",
          "id",
          "address",
          "wait",
          "mode",
          "exact",
          "x");

  private static final List<String> FIELDS =
      List.of(
          "Name",
          "ID",
          "Node",
          "Address",
          "Port",
          "Tags",
          "Meta",
          "Check",
          "Checks",
          "Service",
          "TTL",
          "HTTP",
          "TCP",
          "Interval",
          "Timeout",
          "Behavior",
          "LockDelay",
          "Status",
          "Output",
          "KV",
          "Verb",
          "Key",
          "Value",
          "Flags",
          "Index",
          "Session",
          "Rules",
          "Policies",
          "SecretID",
          "Datacenter",
          "ServiceID",
          "CheckID",
          "Weights",
          "Passing",
          "EnableTagOverride",
          "Header");

  private static final List<String> HEADERS =
      List.of(
          "Accept: application/json",
          "Accept: */*;q=x",
          "X-Consul-Token: t",
          "X-Flotilla-Request-Id: 1",
          "Authorization: Bearer",
          "Origin: null",
          "Sec-Fetch-Site: cross-site",
          "Via: 1.1 x",
          "Range: bytes=0-",
          "Content-Type: text/html",
          "Cookie: a=b",
          "Upgrade: h2c",
          "Te: trailers",
          "Expect: 100-continue",
          "X-Forwarded-For: 1.1.1.1, ::",
          "If-None-Match: *",
          "A:",
          "A: \u0001");

  private static final List<String> VERBS =
      List.of("set", "get", "cas", "lock", "unlock", "delete", "delete-tree", "check-session", "x");

  private static final int MOST_WAIT_MILLIS = 300;

  private final Random random;
  private final List<String> endpoints;

  /**
   * @param endpoints as {@code "PUT /v1/kv/name"}
   */
  OddRequests(long seed, List<String> endpoints) {
    this.random = new Random(seed);
    this.endpoints = endpoints;
  }

  /** On a connection of its own. */
  byte[] next() {
    String[] endpoint = one(endpoints).split(" ");
    String method =
        often(9) ? endpoint[0] : one(List.of("GET", "PUT", "POST", "DELETE", "OPTIONS"));
    byte[] body = method.equals("GET") && often(8) ? new byte[0] : body();
    String head =
        method
            + " "
            + path(endpoint[1])
            + query()
            + (often(9) ? " HTTP/1.1" : " HTTP/1.0")
            + "\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: "
            + body.length
            + "\r\n"
            + headers()
            + "\r\n";
    byte[] start = head.getBytes(StandardCharsets.UTF_8);
    byte[] whole = Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, whole, start.length, body.length);
    return often(7) ? whole : changed(whole);
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** In so many of ten cases. */
  private boolean often(int ofTen) {
    return random.nextInt(10) < ofTen;
  }

  private String path(String path) {
    return path.endsWith("/name")
        ? path.substring(0, path.length() - "name".length()) + escaped(one(TEXTS))
        : path;
  }

  private String query() {
    String query =
        IntStream.range(0, random.nextInt(4))
            .mapToObj(i -> parameter(one(PARAMETERS)))
            .collect(Collectors.joining("&"));
    return query.isEmpty() ? "" : "?" + query;
  }

  private String parameter(String name) {
    return switch (name) {
      case "wait" -> "wait=" + random.nextInt(MOST_WAIT_MILLIS) + "ms";
      case "index" ->
          "index=" + escaped(one(TEXTS)) + "&wait=" + random.nextInt(MOST_WAIT_MILLIS) + "ms";
      default -> often(8) ? name + "=" + escaped(one(TEXTS)) : name;
    };
  }

  private String escaped(String text) {
    return text.replace("\u0000", "%00").replace(" ", "%20").replace("\r", "").replace("\n", "");
  }

  private String headers() {
    return IntStream.range(0, random.nextInt(3))
        .mapToObj(i -> one(HEADERS) + "\r\n")
        .collect(Collectors.joining());
  }

  private byte[] body() {
    if (often(2)) {
      byte[] bytes = new byte[random.nextInt(2_000)];
      random.nextBytes(bytes);
      return bytes;
    }
    return (often(8) ? object(0) : json(0)).getBytes(StandardCharsets.UTF_8);
  }

  private String object(int depth) {
    return IntStream.range(0, random.nextInt(6))
        .mapToObj(i -> '"' + one(FIELDS) + "\":" + json(depth + 1))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private String json(int depth) {
    return switch (random.nextInt(depth > 4 ? 6 : 8)) {
      case 0 -> "null";
      case 1 -> one(List.of("0", "-1", "1.5", "1e400", "65536", "9".repeat(50)));
      case 2 -> "true";
      case 3 -> '"' + one(VERBS) + '"';
      case 4, 5 -> '"' + one(TEXTS).replace("\u0000", "\\u0000").replace("\"", "\\\"") + '"';
      case 6 ->
          IntStream.range(0, random.nextInt(4))
              .mapToObj(i -> json(depth + 1))
              .collect(Collectors.joining(",", "[", "]"));
      default -> object(depth + 1);
    };
  }

  /** A few bytes replaced, left out, or said again. */
  byte[] changed(byte[] bytes) {
    byte[] some = bytes;
    for (int i = random.nextInt(4); i >= 0 && some.length > 0; i--) {
      int at = random.nextInt(some.length);
      int end = Math.min(some.length, at + 1 + random.nextInt(40));
      some =
          switch (random.nextInt(3)) {
            case 0 -> with(some, at, at + 1, new byte[] {(byte) random.nextInt(256)});
            case 1 -> with(some, at, end, new byte[0]);
            default -> with(some, at, at, Arrays.copyOfRange(some, at, end));
          };
    }
    return some;
  }

  private static byte[] with(byte[] bytes, int from, int to, byte[] instead) {
    byte[] result = new byte[from + instead.length + bytes.length - to];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(instead, 0, result, from, instead.length);
    System.arraycopy(bytes, to, result, from + instead.length, bytes.length - to);
    return result;
  }
}

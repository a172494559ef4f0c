package io.flotilla.registry;

import java.util.List;
import java.util.Map;

/**
 * How a check is made. At most one of {@code ttlMillis}, {@code http}, {@code tcp} and {@code kind}
 * is set; none for a check that somebody else makes.
 *
 * @param ttlMillis the check turns critical unless renewed within this time; 0: it has no TTL
 * @param http URL to ask, or empty
 * @param tcp {@code host:port} to connect to, or empty
 * @param successBeforePassing how many successes in a row make it pass, at least 1
 * @param failuresBeforeCritical how many failures in a row make it critical, at least 1
 * @param reapMillis a service that was critical for this long is deregistered
 *     (DeregisterCriticalServiceAfter); 0: never
 * @param kind any other way to make it, or null
 */
public record CheckDefinition(
    long ttlMillis,
    String http,
    String method,
    Map<String, Values> header,
    String body,
    boolean tlsSkipVerify,
    String tcp,
    long intervalMillis,
    long timeoutMillis,
    int successBeforePassing,
    int failuresBeforeCritical,
    long reapMillis,
    CheckKind kind) {

  /** The values of a header, mostly one. */
  public record Values(List<String> values) {}

  /** A check by TTL, HTTP or TCP, or by nobody here. */
  public CheckDefinition(
      long ttlMillis,
      String http,
      String method,
      Map<String, Values> header,
      String body,
      boolean tlsSkipVerify,
      String tcp,
      long intervalMillis,
      long timeoutMillis,
      int successBeforePassing,
      int failuresBeforeCritical,
      long reapMillis) {
    this(
        ttlMillis,
        http,
        method,
        header,
        body,
        tlsSkipVerify,
        tcp,
        intervalMillis,
        timeoutMillis,
        successBeforePassing,
        failuresBeforeCritical,
        reapMillis,
        null);
  }

  /** Nobody here makes the check. */
  public static final CheckDefinition NONE =
      new CheckDefinition(0, "", "", Map.of(), "", false, "", 0, 0, 1, 1, 0);

  public boolean hasTtl() {
    return ttlMillis > 0;
  }

  /** Whether it is made by asking the service. */
  public boolean asksService() {
    return !http.isEmpty() || !tcp.isEmpty() || kind != null && !isAlias();
  }

  boolean isAlias() {
    return kind instanceof CheckKind.Alias;
  }

  /** Roughly what it occupies. */
  long bytes() {
    return 96
        + http.length()
        + tcp.length()
        + body.length()
        + (kind == null ? 0 : kind.bytes())
        + header.entrySet().stream()
            .mapToLong(
                e ->
                    64
                        + e.getKey().length()
                        + e.getValue().values().stream().mapToLong(String::length).sum())
            .sum();
  }
}

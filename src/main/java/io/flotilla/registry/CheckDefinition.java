package io.flotilla.registry;

import java.util.List;
import java.util.Map;

/**
 * How a check is made. At most one of {@code ttlMillis}, {@code http} and {@code tcp} is set; none
 * for a check that somebody else makes.
 *
 * @param ttlMillis critical when it was not renewed for so long; 0: no such check
 * @param http URL to ask, or empty
 * @param tcp {@code host:port} to connect to, or empty
 * @param successBeforePassing so many successes in a row until it passes, at least 1
 * @param failuresBeforeCritical so many failures in a row until it is critical, at least 1
 * @param reapMillis a service that was critical for so long is deregistered
 *     (DeregisterCriticalServiceAfter); 0: never
 */
public record CheckDefinition(
    long ttlMillis,
    String http,
    String method,
    Map<String, List<String>> header,
    String body,
    boolean tlsSkipVerify,
    String tcp,
    long intervalMillis,
    long timeoutMillis,
    int successBeforePassing,
    int failuresBeforeCritical,
    long reapMillis) {

  /** Nobody here makes the check. */
  public static final CheckDefinition NONE =
      new CheckDefinition(0, "", "", Map.of(), "", false, "", 0, 0, 1, 1, 0);

  public boolean hasTtl() {
    return ttlMillis > 0;
  }

  /** Whether it is made by asking the service. */
  public boolean asksService() {
    return !http.isEmpty() || !tcp.isEmpty();
  }

  /** Roughly what it occupies. */
  long bytes() {
    return 96
        + http.length()
        + tcp.length()
        + body.length()
        + header.entrySet().stream()
            .mapToLong(
                e ->
                    64
                        + e.getKey().length()
                        + e.getValue().stream().mapToLong(String::length).sum())
            .sum();
  }
}

package io.flotilla.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the health of a service is known: it reports itself (TTL), or Flotilla asks it (HTTP, TCP).
 *
 * @param kind the name Consul gives it in JSON: {@code TTL}, {@code HTTP} or {@code TCP}
 * @param target URL or {@code host:port}; null for a TTL
 * @param every the TTL, or the time between two checks; at least 1 s
 * @param timeout of one check; null: the server's default
 * @param deregisterAfter critical for so long, the service is deregistered; null: never
 * @param initially the status until the first result
 */
public record Check(
    String kind,
    String target,
    Duration every,
    Duration timeout,
    Duration deregisterAfter,
    Status initially) {

  /** Critical unless {@link Services#pass} is called at least so often. */
  public static Check ttl(Duration ttl) {
    return new Check("TTL", null, ttl, null, null, Status.CRITICAL);
  }

  /** Passing while a GET is answered with 2xx. */
  public static Check http(String url, Duration interval) {
    return new Check("HTTP", url, interval, null, null, Status.CRITICAL);
  }

  /**
   * Passing while a connection can be made.
   *
   * @param address {@code host:port}
   */
  public static Check tcp(String address, Duration interval) {
    return new Check("TCP", address, interval, null, null, Status.CRITICAL);
  }

  public Check timeout(Duration time) {
    return new Check(kind, target, every, time, deregisterAfter, initially);
  }

  /** At least a minute, in Consul. */
  public Check deregisterAfter(Duration time) {
    return new Check(kind, target, every, timeout, time, initially);
  }

  public Check initially(Status status) {
    return new Check(kind, target, every, timeout, deregisterAfter, status);
  }

  boolean isTtl() {
    return kind.equals("TTL");
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    if (isTtl()) {
      json.put("TTL", text(every));
    } else {
      json.put(kind, target);
      json.put("Interval", text(every));
    }
    if (timeout != null) {
      json.put("Timeout", text(timeout));
    }
    if (deregisterAfter != null) {
      json.put("DeregisterCriticalServiceAfter", text(deregisterAfter));
    }
    json.put("Status", initially.text());
    return json;
  }

  private static String text(Duration time) {
    return time.toMillis() + "ms";
  }
}

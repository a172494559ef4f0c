package io.flotilla.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A health check: the service reports its own health (TTL), or Flotilla probes it (HTTP, TCP). The
 * fields are those of <a
 * href="https://developer.hashicorp.com/consul/api-docs/agent/check#register-check">Consul's
 * checks</a>.
 *
 * <p>Durations are sent in whole milliseconds.
 *
 * @param kind the check's name in Consul's JSON: {@code TTL}, {@code HTTP} or {@code TCP}
 * @param target URL or {@code host:port}; null for a TTL
 * @param every the TTL, or the interval between two probes; at least 1 ms, otherwise registering
 *     fails with {@code bad-parameter}. The server raises intervals to 100 ms
 * @param timeout how long one probe may take; null: 10 s. Not used for a TTL
 * @param deregisterAfter how long the check must be critical before the service is deregistered;
 *     null: never
 * @param initially the status until the first result
 */
public record Check(
    String kind,
    String target,
    Duration every,
    Duration timeout,
    Duration deregisterAfter,
    Status initially) {

  /**
   * A check that turns critical unless {@link Services#pass} is called within the TTL.
   *
   * @param ttl the longest time between two reports
   * @return a check that is critical until the first report
   */
  public static Check ttl(Duration ttl) {
    return new Check("TTL", null, ttl, null, null, Status.CRITICAL);
  }

  /**
   * A check by GET: passing on a status of 2xx, a warning on 429, otherwise critical.
   *
   * @param url what to get; {@code http} or {@code https}
   * @param interval the time between two probes
   * @return a check that is critical until the first probe
   */
  public static Check http(String url, Duration interval) {
    return new Check("HTTP", url, interval, null, null, Status.CRITICAL);
  }

  /**
   * A check that passes if a connection can be made.
   *
   * @param address {@code host:port}
   * @param interval the time between two probes
   * @return a check that is critical until the first probe
   */
  public static Check tcp(String address, Duration interval) {
    return new Check("TCP", address, interval, null, null, Status.CRITICAL);
  }

  /**
   * {@return this check with another limit for one probe}
   *
   * @param time null: 10 s
   */
  public Check timeout(Duration time) {
    return new Check(kind, target, every, time, deregisterAfter, initially);
  }

  /**
   * {@return this check, deregistering its service once it has been critical for this long}
   *
   * <p>Consul takes at least a minute; Flotilla also less.
   *
   * @param time null: never
   */
  public Check deregisterAfter(Duration time) {
    return new Check(kind, target, every, timeout, time, initially);
  }

  /**
   * {@return this check with another status until the first result}
   *
   * @param status shown until a report or a probe says otherwise
   */
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

package io.flotilla.proxy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.flotilla.reach.Ranges;
import io.flotilla.registry.balance.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The settings of the proxies of one process; application.conf documents them.
 *
 * @param listeners the TCP proxies
 * @param targets where instances may be
 */
public record ProxySettings(Limits limits, List<Listener> listeners, Ranges targets) {
  private static final Set<String> LISTENER_KEYS =
      Set.of("service", "listen", "policy", "key", "ns");

  /**
   * @param connectTimeout how long one instance may take to accept a connection
   * @param idleTimeout how long a connection may carry no data before it is closed
   * @param maxConnections limit for one TCP proxy; more wait until one ends
   * @param drain how long open connections may last once the process is asked to end
   * @param responseTimeout how long an instance may take to begin its answer to an HTTP request
   * @param maxRequests limit on concurrent requests through the HTTP proxy
   */
  public record Limits(
      Duration connectTimeout,
      Duration idleTimeout,
      int maxConnections,
      Duration drain,
      Duration responseTimeout,
      int maxRequests) {}

  /**
   * One TCP proxy.
   *
   * @param policy null for the service's own
   */
  public record Listener(String host, int port, String namespace, String service, Policy policy) {
    public String address() {
      return host + ":" + port;
    }
  }

  /**
   * @param flotilla the configuration's part {@code flotilla}
   * @throws ConfigException names the wrong setting and what is allowed
   */
  public static ProxySettings of(Config flotilla) {
    Config c = flotilla.getConfig("proxy");
    Limits limits =
        new Limits(
            duration(c, "connect-timeout", Duration.ofMillis(10), Connector.PATIENCE),
            duration(c, "idle-timeout", Duration.ofSeconds(1), Duration.ofDays(1)),
            number(c, "max-connections", 65_535),
            duration(c, "drain", Duration.ZERO, Duration.ofHours(1)),
            duration(c, "response-timeout", Duration.ofMillis(10), Duration.ofHours(1)),
            number(c, "max-requests", 65_535));
    List<Listener> listeners = new ArrayList<>();
    for (Config one : flotilla.getConfigList("proxies")) {
      listeners.add(listener("proxies[" + listeners.size() + "]", one));
    }
    return new ProxySettings(limits, listeners, Ranges.of(flotilla));
  }

  private static Listener listener(String path, Config c) {
    for (String key : c.root().keySet()) {
      if (!LISTENER_KEYS.contains(key)) {
        throw bad(path, "'" + key + "' is unknown; known are service, listen, policy, key and ns");
      }
    }
    for (String key : List.of("service", "listen")) {
      if (!c.hasPath(key) || c.getString(key).isBlank()) {
        throw bad(path, "needs '" + key + "'");
      }
    }
    try {
      if (c.hasPath("key")) {
        checkKey(c.getString("key"));
      }
      return listener(
          c.getString("listen"),
          c.hasPath("ns") ? c.getString("ns") : "default",
          c.getString("service"),
          c.hasPath("policy") ? Policy.of(c.getString("policy")) : null);
    } catch (IllegalArgumentException e) {
      throw bad(path, e.getMessage());
    }
  }

  /**
   * @param listen {@code HOST:PORT}, or a port of {@code 127.0.0.1}
   * @throws IllegalArgumentException if it is not an address
   */
  public static Listener listener(String listen, String namespace, String service, Policy policy) {
    int colon = listen.lastIndexOf(':');
    String host = colon < 0 ? "127.0.0.1" : listen.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      int port = Integer.parseInt(listen.substring(colon + 1));
      if (!host.isEmpty() && port >= 0 && port <= 65_535) {
        return new Listener(host, port, namespace, service, policy);
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new IllegalArgumentException(
        "'" + listen + "' is not an address to listen on: HOST:PORT, such as 127.0.0.1:4000.");
  }

  /** All that TCP knows about a client is its address. */
  public static void checkKey(String key) {
    if (!key.equals("client")) {
      throw new IllegalArgumentException(
          "The key of a TCP proxy is 'client', the client's address, but is '"
              + key
              + "'. Keys within requests need the HTTP proxy, /v1/proxy/SERVICE/.");
    }
  }

  private static Duration duration(Config c, String key, Duration least, Duration most) {
    Duration value = c.getDuration(key);
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw bad(
          "proxy." + key, "must be from " + least.toMillis() + " ms to " + most.toSeconds() + " s");
    }
    return value;
  }

  private static int number(Config c, String key, int most) {
    int value = c.getInt(key);
    if (value < 1 || value > most) {
      throw bad("proxy." + key, "must be from 1 to " + most);
    }
    return value;
  }

  private static ConfigException bad(String key, String message) {
    return new ConfigException.Generic("flotilla." + key + ": " + message);
  }
}

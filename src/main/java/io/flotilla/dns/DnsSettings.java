package io.flotilla.dns;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.util.Optional;
import org.xbill.DNS.Name;

/**
 * The settings of DNS, checked; application.conf documents them.
 *
 * @param token whose rights everybody has who asks; empty: those of nobody's token
 */
public record DnsSettings(
    String host,
    int port,
    Name domain,
    String datacenter,
    boolean onlyPassing,
    Duration serviceTtl,
    Duration nodeTtl,
    Duration negativeTtl,
    String token,
    int maxConnections,
    Duration idleTimeout) {
  private static final Duration LONGEST_TTL = Duration.ofDays(7);

  /**
   * @param config at flotilla
   * @param datacenter the only one
   * @return empty: DNS isn't served
   */
  public static Optional<DnsSettings> of(Config config, String datacenter) {
    Config c = config.getConfig("dns");
    int port = c.getInt("port");
    if (port == 0) {
      return Optional.empty();
    }
    check(port > 0 && port <= 65_535, "port", "must be from 1 to 65535, or 0 for none");
    int maxConnections = c.getInt("max-connections");
    check(
        maxConnections >= 1 && maxConnections <= 65_535,
        "max-connections",
        "must be from 1 to 65535");
    Duration idle = c.getDuration("idle-timeout");
    check(
        idle.compareTo(Duration.ofSeconds(1)) >= 0 && idle.compareTo(Duration.ofMinutes(10)) <= 0,
        "idle-timeout",
        "must be from 1 s to 10 minutes");
    return Optional.of(
        new DnsSettings(
            c.getString("host"),
            port,
            domain(c.getString("domain")),
            datacenter,
            c.getBoolean("only-passing"),
            ttl(c, "service-ttl"),
            ttl(c, "node-ttl"),
            ttl(c, "negative-ttl"),
            c.getString("token"),
            maxConnections,
            idle));
  }

  Zone.Settings zone(String self) {
    return new Zone.Settings(
        self, domain, datacenter, onlyPassing, serviceTtl, nodeTtl, negativeTtl);
  }

  private static Name domain(String text) {
    Name domain = HostAddress.name(text, Name.root).orElse(Name.root);
    check(
        !domain.equals(Name.root) && domain.length() <= 128,
        "domain",
        "must be a name such as \"consul\", of at most 127 characters, but is \"" + text + "\"");
    return domain;
  }

  private static Duration ttl(Config c, String key) {
    Duration ttl = c.getDuration(key);
    check(!ttl.isNegative() && ttl.compareTo(LONGEST_TTL) <= 0, key, "must be from 0 to 7 days");
    return ttl;
  }

  private static void check(boolean holds, String key, String message) {
    if (!holds) {
      throw new ConfigException.Generic("flotilla.dns." + key + ": " + message);
    }
  }
}

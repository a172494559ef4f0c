package io.flotilla.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueType;
import io.flotilla.acl.Grants;
import io.flotilla.acl.Level;
import io.flotilla.acl.Secrets;
import io.flotilla.audit.AuditLog;
import io.flotilla.dns.DnsSettings;
import io.flotilla.http.HttpServer;
import io.flotilla.journal.Seed;
import io.flotilla.kv.KeyValueStore;
import io.flotilla.memory.Budgets;
import io.flotilla.proxy.ProxySettings;
import io.flotilla.tls.Tls;
import io.flotilla.tls.TlsFiles;
import io.flotilla.topic.Room;
import io.flotilla.topic.Topics;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;

/**
 * The settings of one node, checked; application.conf documents them.
 *
 * @param self this member
 * @param storeQuota bytes that stored data may occupy
 * @param acl empty: there are no ACLs
 * @param audit empty: there is no audit log
 * @param dns empty: there is none
 * @param tls empty: nothing is encrypted, and nobody proves who he is
 */
record Settings(
    Config config,
    String clusterName,
    Seed self,
    HttpServer.Settings http,
    KeyValueStore.Limits limits,
    Room.Limits topicRoom,
    Topics.Limits topics,
    ProxySettings proxies,
    int shards,
    Duration watchdog,
    long storeQuota,
    Optional<Grants.Settings> acl,
    Optional<AuditLog.Settings> audit,
    Optional<DnsSettings> dns,
    Optional<Tls> tls) {

  /**
   * @param clock the time of day, for certificates
   */
  static Settings of(Config config, Clock clock) {
    Config c = config.getConfig("flotilla");
    String id = c.getString("node.id");
    Seed alone =
        Seed.parse(
            id
                + "@"
                + c.getString("node.host")
                + ":"
                + c.getInt("cluster.port")
                + ":"
                + c.getInt("journal.port"));
    Seed self =
        seeds(c, alone).stream()
            .filter(m -> m.id().equals(id))
            .findFirst()
            .orElseThrow(
                () ->
                    bad("cluster.seeds", "must list this node, '" + id + "', as every node does"));
    Optional<Tls> tls = TlsFiles.of(config).map(files -> Tls.of(files, id, clock));
    if (tls.isEmpty() && !c.getBoolean("insecure") && !isLoopback("node.host", self.host())) {
      throw bad(
          "node.host",
          self.host()
              + " can be reached from other machines, and without TLS whoever reaches the cluster and"
              + " Raft ports can read and write everything. Set flotilla.tls (./flotilla ca"
              + " --help); or, in a network that nobody else is in, FLOTILLA_INSECURE=yes");
    }
    Budgets budgets = budgets(c);
    HttpServer.Settings http =
        new HttpServer.Settings(
            c.getString("http.host"),
            c.getInt("http.port"),
            names(c),
            c.getString("http.token"),
            c.getDuration("http.request-timeout"),
            c.getDuration("http.idle-timeout"),
            c.getBoolean("session.exact-ttl"),
            budgets,
            minRate(c),
            c.getBoolean("audit.reads"),
            clients(c.getConfig("client")),
            tls.filter(t -> c.getBoolean("tls.http")).map(t -> engines(t, c)));
    if (http.token().isEmpty() && !isLoopback("http.host", http.host())) {
      throw bad(
          "http.host",
          http.host()
              + " can be reached from other machines: set flotilla.http.token (FLOTILLA_HTTP_TOKEN)"
              + " too, or use 127.0.0.1");
    }
    if (!http.token().isEmpty() && Secrets.isGuessable(http.token())) {
      throw bad(
          "http.token",
          "can be guessed: use at least 16 characters, 6 of them different, such as the output of"
              + " openssl rand -hex 16");
    }
    return new Settings(
        config,
        c.getString("cluster.name"),
        self,
        http,
        new KeyValueStore.Limits(
            c.getInt("kv.max-requests"),
            budgets.requests(),
            c.getInt("kv.max-watches"),
            budgets.waiting()),
        new Room.Limits(
            c.getInt("topic.max-topics"),
            c.getBytes("topic.max-bytes"),
            c.getInt("topic.buffer-messages"),
            c.getBytes("topic.buffer-bytes")),
        new Topics.Limits(c.getInt("topic.max-publishing"), c.getInt("topic.max-subscribers")),
        ProxySettings.of(c),
        c.getInt("cluster.shards"),
        watchdog(c.getDuration("node.watchdog")),
        storeQuota(c),
        acl(c, http.token()),
        audit(c),
        DnsSettings.of(c, HttpServer.DATACENTER),
        tls);
  }

  private static Supplier<SSLEngine> engines(Tls tls, Config c) {
    return c.getBoolean("tls.verify-incoming") ? tls::accepting : tls::serving;
  }

  private static Optional<AuditLog.Settings> audit(Config c) {
    if (c.getString("audit.file").isEmpty()) {
      return Optional.empty();
    }
    long maxBytes = c.getBytes("audit.max-size");
    int kept = c.getInt("audit.keep");
    if (maxBytes < 64 << 10) {
      throw bad("audit.max-size", "must be at least 64 KiB, but is " + maxBytes);
    } else if (kept < 1 || kept > 10_000) {
      throw bad("audit.keep", "must be from 1 to 10000, but is " + kept);
    }
    Path file = Path.of(c.getString("node.data")).resolve(c.getString("audit.file"));
    return Optional.of(new AuditLog.Settings(file, maxBytes, kept));
  }

  private static Optional<Grants.Settings> acl(Config c, String token) {
    if (!c.getBoolean("acl.enabled")) {
      return Optional.empty();
    }
    Level otherwise =
        switch (c.getString("acl.default-policy")) {
          case "allow" -> Level.WRITE;
          case "deny" -> Level.DENY;
          default -> throw bad("acl.default-policy", "must be \"allow\" or \"deny\"");
        };
    return Optional.of(new Grants.Settings(HttpServer.DATACENTER, otherwise, token));
  }

  private static Duration watchdog(Duration limit) {
    boolean sensible =
        limit.isZero()
            || limit.compareTo(Duration.ofSeconds(5)) >= 0
                && limit.compareTo(Duration.ofMinutes(10)) <= 0;
    if (!sensible) {
      throw bad("node.watchdog", "must be 0 or from 5 s to 10 minutes");
    }
    return limit;
  }

  private static long storeQuota(Config c) {
    if (c.getString("store.quota").equals("auto")) {
      return StoreQuota.fitting(Runtime.getRuntime().maxMemory());
    }
    long quota = c.getBytes("store.quota");
    if (quota < StoreQuota.SMALLEST) {
      throw bad("store.quota", "is " + quota + "; give \"auto\" or at least 1 MiB");
    }
    return quota;
  }

  /** Akka's settings, completed with what follows from these. */
  Config akka() {
    return ConfigFactory.parseMap(
            Map.of(
                "akka.remote.artery.canonical.hostname",
                self.host(),
                "akka.remote.artery.canonical.port",
                self.clusterPort(),
                "akka.remote.artery.transport",
                tls.isPresent() ? "tls-tcp" : "tcp",
                "akka.cluster.app-version",
                BuildVersion.CURRENT,
                "akka.cluster.sharding.number-of-shards",
                shards,
                "akka.cluster.roles",
                List.of(StoreQuota.role(storeQuota))),
            "settings of the node")
        .withFallback(config);
  }

  private static List<Seed> seeds(Config c, Seed alone) {
    List<String> given = list(c, "cluster.seeds");
    try {
      return given.isEmpty() ? List.of(alone) : given.stream().map(Seed::parse).toList();
    } catch (IllegalArgumentException e) {
      throw bad("cluster.seeds", e.getMessage());
    }
  }

  /** A list, or a text with commas: an environment variable can't be a list. */
  private static List<String> list(Config c, String key) {
    List<String> texts =
        c.getValue(key).valueType() == ConfigValueType.LIST
            ? c.getStringList(key)
            : Arrays.asList(c.getString(key).split(","));
    return texts.stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  private static Set<String> names(Config c) {
    return list(c, "http.names").stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Budgets budgets(Config c) {
    return Budgets.shares(
        share(c, "memory.connections"),
        share(c, "memory.waiting"),
        share(c, "memory.bodies"),
        share(c, "memory.requests"),
        share(c, "memory.answers"));
  }

  private static double share(Config c, String key) {
    double share = c.getDouble(key);
    if (!(share >= 0.01 && share <= 0.5)) {
      throw bad(key, "must be between 0.01 and 0.5, but is " + share);
    }
    return share;
  }

  private static long minRate(Config c) {
    long rate = c.getBytes("http.min-rate");
    if (rate < 1 || rate > 1 << 20) {
      throw bad("http.min-rate", "must be between 1 byte and 1 MiB a second, but is " + rate);
    }
    return rate;
  }

  private static HttpServer.Clients clients(Config c) {
    return new HttpServer.Clients(
        most(c, "rate"),
        part(c, "connections"),
        part(c, "watches"),
        part(c, "bytes"),
        most(c, "subscriptions"),
        most(c, "sessions"),
        most(c, "services"),
        most(c, "namespaces"));
  }

  private static double part(Config c, String key) {
    double part = c.getDouble(key);
    if (!(part >= 0.01 && part <= 1)) {
      throw bad("client." + key, "must be between 0.01 and 1, but is " + part);
    }
    return part;
  }

  private static int most(Config c, String key) {
    int most = c.getInt(key);
    if (most < 0 || most > 1_000_000) {
      throw bad("client." + key, "must be from 0 to 1000000, but is " + most);
    }
    return most;
  }

  private static boolean isLoopback(String key, String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw bad(key, "'" + host + "' is not an address of this machine");
    }
  }

  private static ConfigException bad(String key, String message) {
    return new ConfigException.Generic("flotilla." + key + ": " + message);
  }
}

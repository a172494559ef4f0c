package io.flotilla.node;

import static io.flotilla.node.Bounds.bad;

import com.typesafe.config.Config;
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
import io.flotilla.registry.Member;
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
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The settings of one node, checked; application.conf documents them.
 *
 * @param self this member
 * @param member the same, as it introduces itself to the catalog
 * @param data the directory of all that it keeps
 * @param storeQuota bytes that stored data may occupy
 * @param minFreeDisk bytes that its disk must have left; empty: what the log may need
 * @param acl empty: there are no ACLs
 * @param audit empty: there is no audit log
 * @param dns empty: there is none
 * @param tls empty: nothing is encrypted, and nobody proves who he is
 */
record Settings(
    Config config,
    String clusterName,
    Seed self,
    Member member,
    Path data,
    HttpServer.Settings http,
    KeyValueStore.Limits limits,
    Room.Limits topicRoom,
    Topics.Limits topics,
    ProxySettings proxies,
    int shards,
    Duration watchdog,
    long storeQuota,
    OptionalLong minFreeDisk,
    Optional<Grants.Settings> acl,
    Optional<AuditLog.Settings> audit,
    Optional<DnsSettings> dns,
    Optional<Tls> tls) {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int MANY = 1_000_000;
  private static final long TEBIBYTE = 1L << 40;
  private static final long HALF_AN_EXBIBYTE = 1L << 59;

  /**
   * @param clock the time of day, for certificates
   */
  static Settings of(Config config, Clock clock) {
    Config c = config.getConfig("flotilla");
    Bounds bounds = new Bounds(c);
    String id = c.getString("node.id");
    Seed alone = alone(c, id);
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
    Budgets budgets = budgets(bounds);
    boolean https = c.getBoolean("tls.http");
    boolean verifies = c.getBoolean("tls.verify-incoming");
    HttpServer.Settings http =
        new HttpServer.Settings(
            c.getString("http.host"),
            bounds.number("http.port", 1, 65_535),
            names(c),
            c.getString("http.token"),
            bounds.duration("http.request-timeout", SECOND, Duration.ofMinutes(1)),
            bounds.duration("http.slow", Duration.ZERO, Duration.ofHours(1)),
            bounds.duration("http.idle-timeout", SECOND, Duration.ofMinutes(10)),
            c.getBoolean("session.exact-ttl"),
            budgets,
            bounds.bytes("http.min-rate", 1, 1 << 20),
            c.getBoolean("audit.reads"),
            clients(bounds),
            c.getBoolean("http.ui"),
            bounds.number("http.ui-control", 0, 65_535),
            tls.filter(t -> https).map(t -> verifies ? t::accepting : t::serving));
    if (http.token().isEmpty() && !isLoopback("http.host", http.host())) {
      throw bad(
          "http.host",
          http.host()
              + " can be reached from other machines: set flotilla.http.token (FLOTILLA_HTTP_TOKEN)"
              + " too, or use 127.0.0.1");
    }
    boolean mayBeWeak = c.getBoolean("http.guessable") && isLoopback("http.host", http.host());
    if (!http.token().isEmpty() && Secrets.isGuessable(http.token()) && !mayBeWeak) {
      throw bad(
          "http.token",
          "can be guessed: use at least 16 characters, 6 of them different, such as the output of"
              + " openssl rand -hex 16");
    }
    return new Settings(
        config,
        c.getString("cluster.name"),
        self,
        Introduction.of(c, self, list(c, "node.meta"), http.port()),
        Path.of(c.getString("node.data")),
        http,
        new KeyValueStore.Limits(
            bounds.number("kv.max-requests", 1, MANY),
            budgets.requests(),
            bounds.number("kv.max-watches", 1, MANY),
            budgets.waiting()),
        new Room.Limits(
            bounds.number("topic.max-topics", 1, MANY),
            bounds.bytes("topic.max-bytes", 256 << 10, TEBIBYTE),
            bounds.number("topic.buffer-messages", 1, 100_000),
            bounds.bytes("topic.buffer-bytes", 256 << 10, 64 << 20)),
        new Topics.Limits(
            bounds.number("topic.max-publishing", 1, MANY),
            bounds.number("topic.max-subscribers", 1, MANY)),
        ProxySettings.of(c),
        bounds.number("cluster.shards", 1, 1000),
        watchdog(c.getDuration("node.watchdog")),
        storeQuota(bounds),
        minFreeDisk(bounds),
        acl(c, http.token()),
        audit(bounds),
        DnsSettings.of(c, HttpServer.DATACENTER),
        tls);
  }

  private static Seed alone(Config c, String id) {
    try {
      return Seed.parse(
          id
              + "@"
              + c.getString("node.host")
              + ":"
              + c.getInt("cluster.port")
              + ":"
              + c.getInt("journal.port"));
    } catch (IllegalArgumentException e) {
      throw bad("node", e.getMessage());
    }
  }

  private static Optional<AuditLog.Settings> audit(Bounds bounds) {
    long maxBytes = bounds.bytes("audit.max-size", 64 << 10, TEBIBYTE);
    int kept = bounds.number("audit.keep", 1, 10_000);
    String name = bounds.config().getString("audit.file");
    Path data = Path.of(bounds.config().getString("node.data"));
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(new AuditLog.Settings(data.resolve(name), maxBytes, kept));
  }

  private static Optional<Grants.Settings> acl(Config c, String token) {
    Level otherwise =
        switch (c.getString("acl.default-policy")) {
          case "allow" -> Level.WRITE;
          case "deny" -> Level.DENY;
          default -> throw bad("acl.default-policy", "must be \"allow\" or \"deny\"");
        };
    return c.getBoolean("acl.enabled")
        ? Optional.of(new Grants.Settings(HttpServer.DATACENTER, otherwise, token))
        : Optional.empty();
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

  private static long storeQuota(Bounds bounds) {
    if (bounds.config().getString("store.quota").equals("auto")) {
      return StoreQuota.fitting(Runtime.getRuntime().maxMemory());
    }
    return bounds.bytes("store.quota", StoreQuota.SMALLEST, TEBIBYTE);
  }

  private static OptionalLong minFreeDisk(Bounds bounds) {
    return bounds.config().getString("store.min-free-disk").equals("auto")
        ? OptionalLong.empty()
        : OptionalLong.of(bounds.bytes("store.min-free-disk", 0, HALF_AN_EXBIBYTE));
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

  private static Budgets budgets(Bounds bounds) {
    return Budgets.shares(
        share(bounds, "connections"),
        share(bounds, "waiting"),
        share(bounds, "bodies"),
        share(bounds, "requests"),
        share(bounds, "answers"));
  }

  private static double share(Bounds bounds, String of) {
    return bounds.part("memory." + of, 0.01, 0.5);
  }

  private static HttpServer.Clients clients(Bounds bounds) {
    return new HttpServer.Clients(
        bounds.number("client.rate", 0, MANY),
        bounds.part("client.connections", 0.01, 1),
        bounds.part("client.watches", 0.01, 1),
        bounds.part("client.bytes", 0.01, 1),
        bounds.number("client.subscriptions", 0, MANY),
        bounds.number("client.sessions", 0, MANY),
        bounds.number("client.services", 0, MANY),
        bounds.number("client.namespaces", 0, MANY));
  }

  private static boolean isLoopback(String key, String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw bad(key, "'" + host + "' is not an address of this machine");
    }
  }
}

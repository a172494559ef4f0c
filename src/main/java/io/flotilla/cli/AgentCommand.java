package io.flotilla.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code agent}: a single node started with Consul's flags, for test suites that start their own
 * Consul. Accepts {@code -flag value}, {@code -flag=value} and {@code --flag=value}.
 */
@Command(
    name = "agent",
    description = "Run a single node with Consul's agent flags.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Consul flags that mean nothing to a single node are accepted and ignored.",
      "Files may set ports (http or https, server for Raft, serf_lan for the cluster),",
      "addresses, names, node_id, node_meta, ACLs (enabled, default_policy,",
      "tokens.initial_management) and TLS (ca_file, cert_file, key_file, verify_…). A key that",
      "would protect the node and can't be honoured ends it; of others that mean nothing",
      "there is a line.",
      "",
      "Examples:",
      "  ./flotilla agent -dev",
      "  ./flotilla agent -server -bootstrap -data-dir /tmp/c -config-file=config.json",
      "  ln -s $PWD/flotilla ~/bin/consul; consul agent -dev -bind=127.0.0.1",
    })
public final class AgentCommand implements Callable<Integer> {
  @Option(
      names = {"-dev", "--dev"},
      description = "Keep the data in a temporary directory.")
  private boolean dev;

  @Option(
      names = {"-bind", "--bind"},
      paramLabel = "ADDRESS",
      description = "This node's address.")
  private String bind;

  @Option(
      names = {"-advertise", "--advertise"},
      paramLabel = "ADDRESS",
      description = "Same as -bind.")
  private String advertise;

  @Option(
      names = {"-client", "--client"},
      paramLabel = "ADDRESS",
      description = "Address HTTP listens on.")
  private String client;

  @Option(
      names = {"-http-port", "--http-port"},
      paramLabel = "PORT",
      description = "HTTP port. Default: 8500")
  private Integer httpPort;

  @Option(
      names = {"-https-port", "--https-port"},
      paramLabel = "PORT",
      description = "HTTPS port, instead of the HTTP port, if there is a certificate.")
  private Integer httpsPort;

  @Option(
      names = {"-hcl", "--hcl"},
      paramLabel = "HCL",
      description = "A part of a configuration file.")
  private List<String> fragments = new ArrayList<>();

  @Option(
      names = {"-dns-port", "--dns-port"},
      paramLabel = "PORT",
      description = "DNS port. Default: none")
  private Integer dnsPort;

  @Option(
      names = {"-domain", "--domain"},
      paramLabel = "NAME",
      description = "What names in DNS end with. Default: consul")
  private String domain;

  @Option(
      names = {"-server-port", "--server-port"},
      paramLabel = "PORT",
      description = "Raft port.")
  private Integer serverPort;

  @Option(
      names = {"-serf-lan-port", "--serf-lan-port"},
      paramLabel = "PORT",
      description = "Port of Akka Cluster.")
  private Integer serfPort;

  @Option(
      names = {"-data-dir", "--data-dir"},
      paramLabel = "DIR",
      description = "Data directory.")
  private Path dataDir;

  @Option(
      names = {"-node", "--node"},
      paramLabel = "NAME",
      description = "Node name. Default: the host's")
  private String node;

  @Option(
      names = {"-node-id", "--node-id"},
      paramLabel = "UUID",
      description = "The node's id in the catalog. Default: made of its name")
  private String nodeId;

  @Option(
      names = {"-node-meta", "--node-meta"},
      paramLabel = "KEY:VALUE",
      description = "What is said of the node in the catalog. May be repeated.")
  private List<String> nodeMeta = new ArrayList<>();

  @Option(
      names = {"-datacenter", "--datacenter", "-dc", "--dc"},
      paramLabel = "NAME",
      description = "Default: dc1")
  private String datacenter;

  @Option(
      names = {"-config-file", "--config-file"},
      paramLabel = "FILE",
      description = "A configuration file, JSON or (*.hcl) HCL.")
  private List<Path> configFiles = new ArrayList<>();

  @Option(
      names = {"-config-dir", "--config-dir"},
      paramLabel = "DIR",
      description = "Reads every *.json and *.hcl in it.")
  private List<Path> configDirs = new ArrayList<>();

  @Option(
      names = {"-pid-file", "--pid-file"},
      paramLabel = "FILE",
      description = "File to write the process id to.")
  private Path pidFile;

  @Option(
      names = {"-log-level", "--log-level"},
      paramLabel = "LEVEL",
      description = "trace, debug, info, warn or err")
  private String logLevel;

  @Option(
      names = {
        "-server",
        "--server",
        "-bootstrap",
        "--bootstrap",
        "-ui",
        "--ui",
        "-rejoin",
        "--rejoin",
        "-enable-script-checks",
        "--enable-script-checks",
        "-enable-local-script-checks",
        "--enable-local-script-checks",
        "-disable-host-node-id",
        "--disable-host-node-id",
        "-disable-keyring-file",
        "--disable-keyring-file",
        "-syslog",
        "--syslog",
        "-log-json",
        "--log-json",
        "-non-voting-server",
        "--non-voting-server",
        "-read-replica",
        "--read-replica"
      },
      arity = "0..1",
      fallbackValue = "true",
      hidden = true)
  private List<String> switchesWithoutMeaning;

  @Option(
      names = {
        "-bootstrap-expect",
        "--bootstrap-expect",
        "-join",
        "--join",
        "-retry-join",
        "--retry-join",
        "-retry-interval",
        "--retry-interval",
        "-retry-max",
        "--retry-max",
        "-grpc-port",
        "--grpc-port",
        "-serf-wan-port",
        "--serf-wan-port",
        "-alt-domain",
        "--alt-domain",
        "-raft-protocol",
        "--raft-protocol",
        "-protocol",
        "--protocol",
        "-recursor",
        "--recursor",
        "-ui-dir",
        "--ui-dir",
        "-ui-content-path",
        "--ui-content-path",
        "-log-file",
        "--log-file",
        "-log-rotate-bytes",
        "--log-rotate-bytes",
        "-log-rotate-duration",
        "--log-rotate-duration",
        "-advertise-wan",
        "--advertise-wan",
        "-serf-lan-bind",
        "--serf-lan-bind",
        "-serf-wan-bind",
        "--serf-wan-bind",
        "-config-format",
        "--config-format",
        "-default-query-time",
        "--default-query-time",
        "-max-query-time",
        "--max-query-time",
        "-segment",
        "--segment"
      },
      hidden = true)
  private List<String> valuesWithoutMeaning;

  @Option(
      names = {"-encrypt", "--encrypt", "-allow-write-http-from", "--allow-write-http-from"},
      hidden = true)
  private List<String> protecting;

  private final CountDownLatch ended = new CountDownLatch(1);

  @Override
  public Integer call() throws IOException {
    if (protecting != null) {
      throw new CliException(
          "-encrypt and -allow-write-http-from protect a node of Consul's, and Flotilla can't do"
              + " that: this node doesn't start with them (docs/security.md)");
    }
    ConsulConfig config = ConsulConfig.read(configFiles, configDirs, fragments);
    for (String key : ConsulKeys.unknown(config.all())) {
      Screen.remark("%s means nothing to Flotilla", key);
    }
    Path data = dataDir(config);
    Map<String, Object> settings = settings(config, data);
    // logback.xml reads it when the first logger is created.
    String level = ConsulConfig.logLevel(config.or(logLevel, "log_level", null));
    if (level != null) {
      System.setProperty("FLOTILLA_LOG_LEVEL", level);
    }
    writePid(config);
    Screen.say(
        "==> Flotilla agent running: node %s, HTTP %s:%s, data %s",
        settings.get("flotilla.node.id"),
        settings.get("flotilla.http.host"),
        settings.get("flotilla.http.port"),
        data);
    try {
      return Foreground.run(settings);
    } finally {
      ended.countDown();
    }
  }

  private Map<String, Object> settings(ConsulConfig config, Path data) {
    String own = config.or(advertise, "advertise_addr", config.or(bind, "bind_addr", null));
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("flotilla.node.id", ConsulConfig.nodeId(config.or(node, "node_name", hostName())));
    settings.put("flotilla.node.uuid", config.or(nodeId, "node_id", ""));
    settings.put("flotilla.node.meta", config.nodeMeta(nodeMeta));
    settings.put("flotilla.node.data", data.toString());
    settings.put("flotilla.node.host", ConsulConfig.address(own));
    settings.put("flotilla.node.datacenter", config.or(datacenter, "datacenter", "dc1"));
    settings.put("flotilla.cluster.seeds", List.of());
    settings.put("flotilla.cluster.port", config.port(serfPort, "serf_lan", 8301));
    settings.put("flotilla.journal.port", config.port(serverPort, "server", 8300));
    settings.put("flotilla.http.host", ConsulConfig.listen(config.httpAddress(client)));
    settings.put("flotilla.http.port", config.httpPort(httpPort, httpsPort));
    settings.put("flotilla.dns.host", ConsulConfig.listen(config.httpAddress(client)));
    settings.put("flotilla.dns.port", config.dnsPort(dnsPort));
    settings.put("flotilla.dns.domain", config.or(domain, "domain", "consul"));
    settings.putAll(config.acl());
    settings.putAll(config.tls(httpsPort));
    return settings;
  }

  private Path dataDir(ConsulConfig config) throws IOException {
    String configured = config.or(null, "data_dir", null);
    if (dataDir != null) {
      return dataDir;
    }
    if (configured != null && !dev) {
      return Path.of(configured);
    }
    if (!dev) {
      throw new CliException("-data-dir is missing (or -dev, for a temporary one)");
    }
    Path dir = Files.createTempDirectory("flotilla-dev");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteAtTheEnd(dir)));
    return dir;
  }

  /** Only once the node has ended: it writes until then. */
  private void deleteAtTheEnd(Path dir) {
    try {
      ended.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Dirs.delete(dir);
  }

  private void writePid(ConsulConfig config) throws IOException {
    String file = config.or(pidFile == null ? null : pidFile.toString(), "pid_file", null);
    if (file != null) {
      Path path = Path.of(file);
      if (path.toAbsolutePath().getParent() != null) {
        Files.createDirectories(path.toAbsolutePath().getParent());
      }
      Files.writeString(path, Long.toString(ProcessHandle.current().pid()));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> path.toFile().delete()));
    }
  }

  private static String hostName() {
    try {
      return java.net.InetAddress.getLocalHost().getHostName();
    } catch (java.net.UnknownHostException e) {
      return "localhost";
    }
  }
}

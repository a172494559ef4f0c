package io.flotilla.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code node}: runs one node in this process. Options not given keep the configuration's value.
 */
@Command(
    name = "node",
    description = "Run one node in the foreground until Ctrl-C.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Settings are documented in application.conf. Options override the file given",
      "with --config, which overrides the environment.",
      "",
      "Examples:",
      "  ./flotilla node                          a cluster of one on 127.0.0.1:8500",
      "  ./flotilla node --id n2 --data /var/lib/flotilla --host 10.0.0.2 \\",
      "      --seeds n1@10.0.0.1:8300:8400,n2@10.0.0.2:8300:8400,n3@10.0.0.3:8300:8400",
      "  ./flotilla node --bootstrap ...          the same, on n1, the very first time",
      "  ./flotilla node --id n4 --data /var/lib/flotilla --host 10.0.0.4 \\",
      "      --join 10.0.0.1:8300                 a further member of that cluster",
    })
public final class NodeCommand implements Callable<Integer> {
  private final Map<String, Object> settings = new LinkedHashMap<>();

  @Option(names = "--id", paramLabel = "ID", description = "This member's permanent name.")
  void id(String id) {
    settings.put("flotilla.node.id", id);
  }

  @Option(names = "--data", paramLabel = "DIR", description = "This member's data directory.")
  void data(String data) {
    settings.put("flotilla.node.data", data);
  }

  @Option(names = "--host", paramLabel = "HOST", description = "Address for the other members.")
  void host(String host) {
    settings.put("flotilla.node.host", host);
  }

  @Option(names = "--http", paramLabel = "[HOST:]PORT", description = "Where HTTP is served.")
  void http(String http) {
    int colon = http.lastIndexOf(':');
    if (colon >= 0) {
      settings.put("flotilla.http.host", http.substring(0, colon));
    }
    settings.put("flotilla.http.port", port("--http", http.substring(colon + 1)));
  }

  @Option(names = "--dns", paramLabel = "[HOST:]PORT", description = "Where DNS is served.")
  void dns(String dns) {
    int colon = dns.lastIndexOf(':');
    if (colon >= 0) {
      settings.put("flotilla.dns.host", dns.substring(0, colon));
    }
    settings.put("flotilla.dns.port", port("--dns", dns.substring(colon + 1)));
  }

  @Option(names = "--cluster-port", paramLabel = "PORT", description = "Port of Akka Cluster.")
  void clusterPort(String port) {
    settings.put("flotilla.cluster.port", port("--cluster-port", port));
  }

  @Option(names = "--raft-port", paramLabel = "PORT", description = "Port of Raft.")
  void raftPort(String port) {
    settings.put("flotilla.journal.port", port("--raft-port", port));
  }

  @Option(
      names = "--seeds",
      paramLabel = "ID@HOST:CLUSTERPORT:RAFTPORT,...",
      description = "All members, including this one; the same on each. Default: a cluster of one")
  void seeds(String seeds) {
    settings.put("flotilla.cluster.seeds", seeds);
  }

  @Option(
      names = "--join",
      paramLabel = "HOST:CLUSTERPORT",
      description =
          "A member of the cluster that this node, whose disk is empty, is to join. Repeatable.")
  void join(List<String> addresses) {
    settings.put("flotilla.cluster.join", addresses);
  }

  @Option(
      names = "--bootstrap",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description =
          "Form a new cluster once all members are up, if none has data. Only for the very first"
              + " start, on the first of --seeds.")
  void bootstrap(boolean bootstrap) {
    settings.put("flotilla.cluster.bootstrap", bootstrap);
  }

  @Option(
      names = "--config",
      paramLabel = "FILE",
      converter = Foreground.File.class,
      description = "Settings in the format of application.conf, such as flotilla.proxies.")
  private Config file = ConfigFactory.empty();

  @Override
  public Integer call() {
    Rehearsal.playIfAsked();
    return Foreground.run(settings, file);
  }

  static int port(String option, String text) {
    try {
      int port = Integer.parseInt(text);
      if (port > 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new IllegalArgumentException(option + ": \"" + text + "\" is not a port (1 to 65535)");
  }
}

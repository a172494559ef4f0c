package io.flotilla.client.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.node.Node;
import java.util.Map;
import java.util.StringJoiner;

/** Runs a node in this process: {@code node} and {@code agent}. */
final class Foreground {
  private Foreground() {}

  /**
   * Runs until the node is told to end; returns the exit code.
   *
   * @param settings go over those of the configuration
   */
  static int run(Map<String, Object> settings) {
    Config config = ConfigFactory.parseMap(settings).withFallback(ConfigFactory.load());
    // Seen here, a taken port is one line; later, it is a stack trace per part of the node.
    StringJoiner taken = new StringJoiner(", ");
    String http = config.getString("flotilla.http.host");
    String host = config.getString("flotilla.node.host");
    Ports.check(http, config.getInt("flotilla.http.port"), "HTTP", taken);
    Ports.check(host, config.getInt("flotilla.cluster.port"), "cluster", taken);
    Ports.check(host, config.getInt("flotilla.journal.port"), "Raft", taken);
    if (taken.length() > 0) {
      throw new CliException("not free on this machine: %s", taken);
    }
    return Node.run(config);
  }
}

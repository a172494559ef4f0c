package io.flotilla.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.flotilla.node.NodeLife;
import java.nio.file.Path;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Runs a node in this process: {@code node} and {@code agent}. */
final class Foreground {
  private Foreground() {}

  /**
   * Runs until the process is asked to end; returns the exit code.
   *
   * @param settings override the configuration's
   */
  static int run(Map<String, Object> settings) {
    return run(settings, ConfigFactory.empty());
  }

  /**
   * @param file settings that override the environment's and the defaults
   */
  static int run(Map<String, Object> settings, Config file) {
    Config config =
        ConfigFactory.parseMap(settings)
            .withFallback(file)
            .withFallback(ConfigFactory.load())
            .resolve();
    // Noticed here, a taken port is one line; later, it is one stack trace per part of the node.
    StringJoiner taken = new StringJoiner(", ");
    String http = config.getString("flotilla.http.host");
    String host = config.getString("flotilla.node.host");
    Ports.check(http, config.getInt("flotilla.http.port"), "HTTP", taken);
    Ports.check(host, config.getInt("flotilla.cluster.port"), "cluster", taken);
    Ports.check(host, config.getInt("flotilla.journal.port"), "Raft", taken);
    if (config.getInt("flotilla.dns.port") != 0) {
      String dns = config.getString("flotilla.dns.host");
      Ports.check(dns, config.getInt("flotilla.dns.port"), "DNS", taken);
    }
    if (taken.length() > 0) {
      throw new CliException("can't listen on %s", taken);
    }
    return NodeLife.run(config);
  }

  /** Reads what {@code --config} names. */
  static final class File implements ITypeConverter<Config> {
    @Override
    public Config convert(String path) {
      try {
        return ConfigFactory.parseFile(
            Path.of(path).toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
      } catch (ConfigException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}

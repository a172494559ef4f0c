package io.flotilla.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The options that {@code lock} and {@code elect} share. */
final class HoldOptions {
  @Option(names = "--ns", paramLabel = "NAMESPACE", description = "Default: default")
  String namespace;

  @Option(
      names = "--ttl",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long after the holder's death it is given up. Default: 10")
  private double ttl;

  Duration ttl() {
    if (!(ttl >= 1 && ttl <= 86_400)) {
      throw new CliException("--ttl must be from 1 to 86400 seconds, not %s", ttl);
    }
    return Duration.ofMillis(Math.round(ttl * 1000));
  }
}

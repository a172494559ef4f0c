package io.flotilla;

import io.flotilla.client.cli.LabCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code flotilla} command: one jar that runs nodes and talks to them. */
@Command(
    name = "flotilla",
    description = "Coordination service on Akka: registry, key-value store, locks, load balancing.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {LabCommand.class})
public final class Main {
  private Main() {}

  /** Exit codes: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}

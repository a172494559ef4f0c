package io.flotilla.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code snapshot}: backups of all that a cluster stores. */
@Command(
    name = "snapshot",
    description = "Save all that a cluster stores to a file, look at it, restore it.",
    mixinStandardHelpOptions = true,
    subcommands = {SnapshotSave.class, SnapshotInspect.class, SnapshotRestore.class},
    footer = {
      "",
      "Examples:",
      "  ./flotilla snapshot save monday.snap",
      "  ./flotilla snapshot save --every 1h --keep 24 /var/backups/flotilla",
      "  ./flotilla snapshot inspect monday.snap",
      "  ./flotilla snapshot restore --data data/n1 monday.snap",
    })
public final class SnapshotCommand implements Runnable {
  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new ParameterException(command.commandLine(), "Which one: save, inspect, restore?");
  }
}

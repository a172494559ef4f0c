package io.flotilla.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code demo}: stories that run by themselves. */
@Command(
    name = "demo",
    description = "Stories that run by themselves, on their own clusters.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "STORY",
    subcommands = {CrashRejoinDemo.class},
    footer = {"", "Example:", "  ./flotilla demo crash-rejoin"})
public final class DemoCommand implements Runnable {
  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(command.commandLine(), "Which story?");
  }
}

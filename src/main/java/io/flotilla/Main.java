package io.flotilla;

import io.flotilla.client.cli.AgentCommand;
import io.flotilla.client.cli.ArchiveCommand;
import io.flotilla.client.cli.BenchCommand;
import io.flotilla.client.cli.ClusterCommand;
import io.flotilla.client.cli.CrashCommand;
import io.flotilla.client.cli.DemoCommand;
import io.flotilla.client.cli.DownCommand;
import io.flotilla.client.cli.ElectCommand;
import io.flotilla.client.cli.Errors;
import io.flotilla.client.cli.KvCommand;
import io.flotilla.client.cli.LockCommand;
import io.flotilla.client.cli.LogCommand;
import io.flotilla.client.cli.NodeCommand;
import io.flotilla.client.cli.RestartCommand;
import io.flotilla.client.cli.SessionCommand;
import io.flotilla.client.cli.UpCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code flotilla} command: one jar that runs nodes and talks to them. */
@Command(
    name = "flotilla",
    description = "Coordination service on Akka: registry, key-value store, locks, load balancing.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      KvCommand.class,
      LockCommand.class,
      ElectCommand.class,
      SessionCommand.class,
      LogCommand.class,
      ClusterCommand.class,
      CrashCommand.class,
      RestartCommand.class,
      DownCommand.class,
      DemoCommand.class,
      BenchCommand.class,
      NodeCommand.class,
      AgentCommand.class,
      ArchiveCommand.class,
    },
    footer = {
      "",
      "Begin with:  ./flotilla up",
      "Each command explains itself:  ./flotilla kv --help"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec command;

  private Main() {}

  /** Exit codes: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Main())
            .setExecutionExceptionHandler(new Errors())
            // Consul's flags are long with one dash: -dev is not -d -e -v.
            .setPosixClusteredShortOptionsAllowed(false)
            .execute(args));
  }

  @Override
  public void run() {
    throw new ParameterException(command.commandLine(), "Which command?");
  }

  /** The version in the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"Flotilla " + (version == null ? "(not packaged)" : version)};
    }
  }
}

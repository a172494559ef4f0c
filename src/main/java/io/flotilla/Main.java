package io.flotilla;

import io.flotilla.cli.AcceptLossCommand;
import io.flotilla.cli.AgentCommand;
import io.flotilla.cli.ArchiveCommand;
import io.flotilla.cli.BenchCommand;
import io.flotilla.cli.CaCommand;
import io.flotilla.cli.ClusterCommand;
import io.flotilla.cli.CrashCommand;
import io.flotilla.cli.DebugCommand;
import io.flotilla.cli.DemoCommand;
import io.flotilla.cli.DownCommand;
import io.flotilla.cli.ElectCommand;
import io.flotilla.cli.Errors;
import io.flotilla.cli.KvCommand;
import io.flotilla.cli.LockCommand;
import io.flotilla.cli.LogCommand;
import io.flotilla.cli.MemberCommand;
import io.flotilla.cli.NodeCommand;
import io.flotilla.cli.ProxyCommand;
import io.flotilla.cli.RecoverCommand;
import io.flotilla.cli.RestartCommand;
import io.flotilla.cli.ServiceCommand;
import io.flotilla.cli.SessionCommand;
import io.flotilla.cli.SnapshotCommand;
import io.flotilla.cli.TopicCommand;
import io.flotilla.cli.UpCommand;
import io.flotilla.cli.VerifyCommand;
import io.flotilla.examples.forms.Forms;
import io.flotilla.examples.sensors.Sensor;
import io.flotilla.examples.sensors.SensorApi;
import io.flotilla.examples.time.Publisher;
import io.flotilla.examples.time.Subscriber;
import io.flotilla.lab.cli.LabCommand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    footer = {
      "",
      "Begin with:  ./flotilla up",
      "Each command explains itself:  ./flotilla kv --help"
    })
public final class Main implements Runnable {
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("up", UpCommand.class);
    COMMANDS.put("kv", KvCommand.class);
    COMMANDS.put("lock", LockCommand.class);
    COMMANDS.put("elect", ElectCommand.class);
    COMMANDS.put("session", SessionCommand.class);
    COMMANDS.put("service", ServiceCommand.class);
    COMMANDS.put("topic", TopicCommand.class);
    COMMANDS.put("proxy", ProxyCommand.class);
    COMMANDS.put("log", LogCommand.class);
    COMMANDS.put("verify", VerifyCommand.class);
    COMMANDS.put("cluster", ClusterCommand.class);
    COMMANDS.put("member", MemberCommand.class);
    COMMANDS.put("crash", CrashCommand.class);
    COMMANDS.put("restart", RestartCommand.class);
    COMMANDS.put("down", DownCommand.class);
    COMMANDS.put("demo", DemoCommand.class);
    COMMANDS.put("bench", BenchCommand.class);
    COMMANDS.put("node", NodeCommand.class);
    COMMANDS.put("agent", AgentCommand.class);
    COMMANDS.put("accept-loss", AcceptLossCommand.class);
    COMMANDS.put("debug", DebugCommand.class);
    COMMANDS.put("snapshot", SnapshotCommand.class);
    COMMANDS.put("recover", RecoverCommand.class);
    COMMANDS.put("lab", LabCommand.class);
    COMMANDS.put("forms", Forms.class);
    COMMANDS.put("sensor", Sensor.class);
    COMMANDS.put("sensor-api", SensorApi.class);
    COMMANDS.put("publish", Publisher.class);
    COMMANDS.put("subscribe", Subscriber.class);
    COMMANDS.put("ca", CaCommand.class);
    COMMANDS.put("class-archive", ArchiveCommand.class);
  }

  @Spec private CommandSpec command;

  private Main() {}

  /** Exit codes: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    System.exit(
        commandLine(args.length == 0 ? "" : args[0])
            .setExecutionExceptionHandler(new Errors())
            // Consul's flags are long with one dash: -dev is not -d -e -v.
            .setPosixClusteredShortOptionsAllowed(false)
            // As in Consul, @FILE is for the command to read: it holds data, no arguments.
            .setExpandAtFiles(false)
            .execute(args));
  }

  /**
   * Knows only the command that is called, or all of them if it is none of these: reading every
   * command's options would take a fifth of a node's start.
   */
  private static CommandLine commandLine(String name) {
    CommandLine line = new CommandLine(new Main());
    Class<?> called = COMMANDS.get(name);
    (called == null ? COMMANDS.values() : List.of(called)).forEach(line::addSubcommand);
    return line;
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

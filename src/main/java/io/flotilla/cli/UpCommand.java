package io.flotilla.cli;

import io.flotilla.journal.DataDirectory;
import io.flotilla.journal.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code up}: runs a cluster on this machine, each node as its own process, until Ctrl-C. */
@Command(
    name = "up",
    description = "Start a cluster on this machine and watch over it until Ctrl-C.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Nodes are called n1, n2, ... and use consecutive ports on loopback: HTTP from",
      "--http-port, Raft 100 and cluster 200 below, DNS 100 above. Their data is kept, and",
      "the next start runs the nodes that are members then: ./flotilla member add, remove.",
      "",
      "Examples:",
      "  ./flotilla up",
      "  ./flotilla up --nodes 5 --http-port 9500 --data /tmp/five",
      "  ./flotilla up --acl"
    })
public final class UpCommand implements Callable<Integer> {
  private static final int DEFAULT_NODES = 3;
  private static final int MOST_NODES = 9;
  private static final Duration READY = Duration.ofMinutes(3);

  @Spec private CommandSpec command;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "1 to 9, for a new cluster. Default: 3")
  private Integer nodes;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "8500",
      description = "HTTP port of the first node, 201 to 65427. Default: 8500")
  private int httpPort;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = DataOption.DEFAULT,
      description = "Where the nodes keep their data and logs. Default: ./data")
  private Path dataOption;

  @Option(
      names = "--acl",
      description =
          "Requests need tokens from now on; one for everything is made in DATA/acl-token")
  private boolean acl;

  @Option(
      names = "--secure",
      description =
          "With TLS on every port; the certificates are made in DIR/tls, and used from then on.")
  private boolean secure;

  private Path data;
  private LocalCluster cluster;
  private UpControl control;
  private volatile int exitCode;

  @Override
  public Integer call() {
    check();
    data = dataOption.toAbsolutePath().normalize();
    mustNotRun();
    List<NodeSpec> specs = specs();
    Ports.mustBeFree(specs);
    makeArchive();
    if (acl) {
      OwnToken.make(data);
    }
    if (secure) {
      LocalTls.switchOn(specs.get(0));
    }
    cluster = new LocalCluster(specs);
    control = new UpControl(data);
    control.address().write(data, specs.get(0).url());
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    boolean first = isFirst(specs);
    start(first);
    UpWatch watch = new UpWatch(data, cluster);
    if (!watch.untilReady(READY)) {
      exitCode = 1;
      return exitCode; // the hook ends what is running
    }
    rememberCluster(first);
    Guide.print(UpState.load(data).orElseGet(cluster::state).specs(), data, control.address());
    watch.run();
    return 0;
  }

  private void check() {
    if (nodes != null && (nodes < 1 || nodes > MOST_NODES)) {
      throw new ParameterException(
          command.commandLine(), "--nodes must be from 1 to " + MOST_NODES + ", not " + nodes);
    }
    if (httpPort < 201 || httpPort + 100 + MOST_NODES > 65536) {
      throw new ParameterException(
          command.commandLine(), "--http-port must be from 201 to 65427, not " + httpPort);
    }
  }

  private void mustNotRun() {
    try {
      OwnerOnly.createDirectories(data);
    } catch (IOException e) {
      throw new CliException("can't use %s for data: %s", data, e.getMessage());
    }
    UpState.load(data)
        .ifPresent(
            state -> {
              if (!state.alive().isEmpty()) {
                throw new CliException(
                    "a cluster is already running in %s: %s.%nEnd it first: ./flotilla down --data"
                        + " %s",
                    data, state.alive().stream().map(UpState.NodeState::id).toList(), data);
              }
            });
  }

  /** A cluster that exists has the nodes it has; another number would only be a wish. */
  private List<NodeSpec> specs() {
    NodeSpec first = series(1).get(0);
    List<Integer> listed = NodeList.read(data);
    if (listed.isEmpty()) {
      return series(nodes == null ? DEFAULT_NODES : nodes);
    }
    List<NodeSpec> specs = listed.stream().map(first::sibling).toList();
    if (nodes != null && nodes != specs.size()) {
      throw new CliException(
          "the cluster in %s has %d nodes: %s.%nStart it without --nodes; then ./flotilla member"
              + " add and member remove change them, one at a time.",
          data, specs.size(), specs.stream().map(NodeSpec::id).toList());
    }
    return specs;
  }

  private List<NodeSpec> series(int wanted) {
    return NodeSpec.series(wanted, httpPort, httpPort - 200, httpPort - 100, httpPort + 100, data);
  }

  private static void makeArchive() {
    if (ClassArchive.isMissing()) {
      Screen.remark(
          "Creating the class archive, so that nodes start faster (once; takes up to a minute) ...");
      try {
        ClassArchive.make();
      } catch (CliException e) {
        Screen.remark(
            "%s Nodes start a little slower without it; ./flotilla class-archive tries again.",
            e.getMessage().lines().findFirst().orElse(""));
      }
    }
  }

  /**
   * Whether the nodes are to form a cluster. A note written the first time tells lost data from
   * data that never existed.
   */
  private boolean isFirst(List<NodeSpec> specs) {
    try {
      for (NodeSpec spec : specs) {
        if (DataDirectory.hasCluster(spec.data())) {
          return false;
        }
      }
      if (Files.exists(note())) {
        throw new CliException(
            "the data of all nodes is gone from %s, where a cluster has run since %s.%n"
                + "Restore it; or, to start a new, empty cluster, delete %s",
            data, Files.readString(note()).strip(), note());
      }
      return true;
    } catch (IOException e) {
      throw new CliException("can't read %s: %s", data, e.getMessage());
    }
  }

  private Path note() {
    return data.resolve("formed");
  }

  private void rememberCluster(boolean first) {
    try {
      if (first) {
        Files.writeString(note(), Instant.now() + System.lineSeparator());
      }
      UpState.change(data, state -> state); // lists its nodes
    } catch (IOException e) {
      Screen.remark("could not write %s: %s", note(), e.getMessage());
    }
  }

  private void start(boolean first) {
    cluster.startAll(first);
    try {
      cluster.state().save(data);
    } catch (UncheckedIOException e) {
      Screen.remark("%s; crash and restart will not find this cluster", e.getMessage());
    }
    DataOption.remember(data);
    Screen.say("Starting %d nodes with their data in %s", cluster.specs().size(), data);
  }

  /** The shutdown hook, for Ctrl-C, SIGTERM and a failed start. */
  private void stop() {
    UpWatch.stopping = true;
    control.close();
    ControlAddress.remove(data);
    UpState state = UpState.load(data).orElseGet(cluster::state);
    if (!state.alive().isEmpty()) {
      Screen.say("Stopping %d nodes ...", state.alive().size());
      LocalCluster.stop(state.alive());
    }
    UpState.remove(data);
    Screen.say("All nodes have stopped; the data stays in %s", data);
    Runtime.getRuntime().halt(exitCode);
  }
}

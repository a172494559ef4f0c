package io.flotilla.cli;

import io.flotilla.cli.DataOption.Found;
import io.flotilla.cli.UpState.NodeState;
import io.flotilla.client.ClusterApi.Server;
import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code member add}: a node without data becomes a member. */
@Command(
    name = "add",
    description = "Add a member: the node that waits at an address, or the next node of up.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A node that was started with --join becomes a member by itself, once it reaches one.",
      "If nobody is left at the addresses it was given, this tells it others. In a cluster",
      "of ./flotilla up no address is needed: a further node is started there, on the",
      "next ports. The command ends when the node votes.",
      "",
      "Examples:",
      "  ./flotilla member add",
      "  ./flotilla member add 10.0.0.4:8300",
    })
final class MemberAdd implements Callable<Integer> {
  /** A large state has to be sent first. */
  private static final Duration CAUGHT_UP = Duration.ofMinutes(30);

  @Spec private CommandSpec command;
  @Mixin private MemberCommand.Target target;

  @Parameters(
      arity = "0..1",
      paramLabel = "HOST:PORT",
      description = "Where the node's cluster port is. Default: up starts the next node")
  private String address;

  @Override
  public Integer call() {
    if (address == null) {
      Found up =
          target
              .up()
              .orElseThrow(
                  () ->
                      new CliException(
                          "no cluster of ./flotilla up runs here; name the new node's address: "
                              + "./flotilla member add HOST:PORT"));
      start(up);
    } else if (address.matches(".+:\\d{1,5}")) {
      invite();
    } else {
      throw new ParameterException(
          command.commandLine(), "\"" + address + "\" is not of the form HOST:PORT");
    }
    return 0;
  }

  // ---- a node that waits

  private void invite() {
    try (Flotilla flotilla = target.connect()) {
      Set<String> before =
          ClientOptions.await(flotilla.cluster().members()).stream()
              .map(Server::peerId)
              .collect(Collectors.toSet());
      ClientOptions.await(flotilla.cluster().join(address));
      Server added =
          awaitVoter(
              flotilla, s -> !before.contains(s.peerId()) || s.clusterAddress().equals(address));
      Screen.say("%s is a member, at %s", added.node(), address);
    }
  }

  /** Waits until the server that is meant votes. */
  private Server awaitVoter(Flotilla flotilla, Predicate<Server> meant) {
    Server[] found = new Server[1];
    String[] progress = {address + " has been told"};
    boolean votes =
        Progress.until(
            () -> progress[0],
            CAUGHT_UP,
            () -> {
              List<Server> servers = members(flotilla);
              long end = servers.stream().mapToLong(Server::lastIndex).max().orElse(0);
              Optional<Server> server = servers.stream().filter(meant).findFirst();
              server.ifPresent(
                  s -> progress[0] = s.node() + " is a " + MemberList.progress(s, end));
              found[0] = server.filter(Server::voter).orElse(null);
              return found[0] != null;
            });
    if (!votes) {
      throw new CliException("%s; ./flotilla member list shows how far it is", progress[0]);
    }
    return found[0];
  }

  /** Empty while there is no leader. */
  private static List<Server> members(Flotilla flotilla) {
    try {
      return Flotilla.await(flotilla.cluster().members());
    } catch (FlotillaException e) {
      return List.of();
    }
  }

  // ---- a further node of up

  private void start(Found up) {
    NodeState node = new UpNodes(up.data()).add();
    Screen.say(
        "%s started as process %d with its data in %s",
        node.id(), node.process().pid(), node.data());
    awaitReady(up.data(), node.spec());
  }

  private void awaitReady(Path data, NodeSpec node) {
    NodeState state = UpState.load(data).orElseThrow().node(node.id());
    long began = System.nanoTime();
    if (!Progress.untilReady(node, state::runs, CAUGHT_UP)) {
      if (state.runs()) {
        throw new CliException(
            "%s is not ready yet, but goes on; ./flotilla member list shows how far it is",
            node.id());
      }
      UpState.change(data, now -> now.without(node.id()));
      throw new CliException(
          "%s has ended. The end of its log, %s:%n    %s",
          node.id(), node.log(), NodeProcess.lastWords(node, 10));
    }
    Screen.say(
        "%s is a member after %s, ready at %s",
        node.id(), Screen.seconds((System.nanoTime() - began) / 1_000_000), node.url());
  }
}

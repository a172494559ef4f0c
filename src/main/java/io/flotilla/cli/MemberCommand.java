package io.flotilla.cli;

import io.flotilla.cli.DataOption.Found;
import io.flotilla.client.Flotilla;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code member}: who is in the cluster, and how members come and go while it runs. */
@Command(
    name = "member",
    description = "Show, add and remove members while the cluster runs.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[list|add|remove|promote]",
    subcommands = {MemberList.class, MemberAdd.class, MemberRemove.class, MemberPromote.class},
    footer = {
      "",
      "Members change one at a time, so that a majority of the old ones always has what",
      "a majority of the new ones has. Three can lose one, five can lose two; an even",
      "number can lose no more than the odd one below it.",
      "",
      "Examples:",
      "  ./flotilla member list",
      "  ./flotilla member add                  the next node of a cluster of ./flotilla up",
      "  ./flotilla member add 10.0.0.4:8300    the node that waits there",
      "  ./flotilla member remove n2",
    })
public final class MemberCommand implements Runnable {
  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new ParameterException(command.commandLine(), "Which one: list, add, remove, promote?");
  }

  /** The cluster that is meant: the addresses that are named, else {@code up}'s. */
  static final class Target {
    @Mixin private ClientOptions client;
    @Mixin private DataOption data;

    Flotilla connect() {
      return connect(client, data);
    }

    static Flotilla connect(ClientOptions client, DataOption data) {
      return own(client, data)
          .map(nodes -> client.configured(LocalTls.client(nodes)).build())
          .orElseGet(client::connect);
    }

    /** Those of {@code up}, if no others are named. */
    private static Optional<List<NodeSpec>> own(ClientOptions client, DataOption data) {
      return data.running().map(found -> found.state().specs()).filter(nodes -> !client.isNamed());
    }

    /** One of {@link #connect}'s nodes alone. */
    Flotilla connectTo(URI address) {
      return own(client, data)
          .map(nodes -> nodes.stream().filter(n -> n.httpPort() == address.getPort()).toList())
          .map(meant -> client.configured(LocalTls.client(meant)).build())
          .orElseGet(() -> client.builder(address.toString()).build());
    }

    /** Without the tokens that these nodes are asked with. */
    String withoutTokens(String text) {
      Stream<String> tokens =
          Stream.concat(
              Stream.ofNullable(client.token()),
              up().flatMap(found -> OwnToken.of(found.data())).stream());
      return tokens
          .filter(token -> !token.isEmpty())
          .reduce(text, (shown, token) -> shown.replace(token, "<hidden>"));
    }

    /** What {@code up} runs, unless the addresses are another cluster's. */
    Optional<Found> up() {
      return data.running().filter(found -> isMeant(found, client));
    }

    private static boolean isMeant(Found found, ClientOptions client) {
      List<String> own = found.state().specs().stream().map(NodeSpec::http).toList();
      return Arrays.stream(client.addressesOr(addresses(found)).split(","))
          .anyMatch(address -> own.contains(address.strip()));
    }

    private static String addresses(Found found) {
      return NodeSpec.addresses(found.state().specs());
    }
  }
}

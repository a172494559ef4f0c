package io.flotilla.cli;

import io.flotilla.client.ClusterApi.Server;
import io.flotilla.client.ClusterView;
import io.flotilla.client.ClusterView.Member;
import io.flotilla.client.Flotilla;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code member list}: the members, as the leader knows them. */
@Command(
    name = "list",
    description = "Show the members as the leader knows them. Exit code 1: no leader.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "STATE is leader, voter, or learner with the part of the log that it has. One that",
      "is out has no seat in the cluster, as it is dead or silent or has just started; it",
      "keeps its vote until it is removed. SILENT: since the leader last heard of it.",
      "",
      "Example:",
      "  ./flotilla member list",
    })
final class MemberList implements Callable<Integer> {
  @Mixin private MemberCommand.Target target;

  @Override
  public Integer call() {
    try (Flotilla flotilla = target.connect()) {
      List<Server> servers = ClientOptions.await(flotilla.cluster().members());
      ClusterView view = ClientOptions.await(flotilla.cluster().view());
      rows(servers, view).forEach(row -> Screen.say("%s", row));
      return 0;
    }
  }

  static List<String> rows(List<Server> servers, ClusterView view) {
    String row = "%-8s %-16s %-22s %-22s %-22s %s";
    String head = String.format(row, "MEMBER", "STATE", "HTTP", "CLUSTER", "RAFT", "SILENT");
    long end = servers.stream().mapToLong(Server::lastIndex).max().orElse(0);
    return Stream.concat(
            Stream.of(head),
            servers.stream()
                .sorted(Comparator.comparing(Server::node))
                .map(
                    s ->
                        String.format(
                            row,
                            s.node(),
                            state(s, end, view),
                            http(s, view),
                            s.clusterAddress().isEmpty() ? "-" : s.clusterAddress(),
                            s.address(),
                            s.leader() ? "-" : Screen.seconds(s.silentMillis()))))
        .toList();
  }

  private static String state(Server s, long end, ClusterView view) {
    boolean out = view.member(s.node()).filter(m -> "In".equals(m.seat())).isEmpty();
    return progress(s, end) + (out && s.voter() ? ", out" : "");
  }

  /** Such as {@code learner 73 %}. */
  static String progress(Server s, long end) {
    return s.leader()
        ? "leader"
        : s.voter() ? "voter" : "learner " + 100 * s.lastIndex() / Math.max(1, end) + " %";
  }

  private static String http(Server s, ClusterView view) {
    return view.member(s.node()).map(Member::httpAddress).orElse("-");
  }
}

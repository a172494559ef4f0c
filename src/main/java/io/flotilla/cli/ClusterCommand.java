package io.flotilla.cli;

import io.flotilla.client.ClusterView;
import io.flotilla.client.ClusterView.Member;
import io.flotilla.client.ClusterView.Raft;
import io.flotilla.client.ClusterView.Shard;
import io.flotilla.client.ClusterView.Store;
import io.flotilla.client.Flotilla;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code cluster}: members, leader and shards. */
@Command(
    name = "cluster",
    aliases = "members",
    description = "Show members, leader and where each namespace lives. Exit code 1: no leader.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  ./flotilla cluster",
      "  ./flotilla cluster --http-addr 127.0.0.1:8502    as that node sees it",
    })
public final class ClusterCommand implements Callable<Integer> {
  private static final int MOST_NAMESPACES = 20;

  @Mixin private ClientOptions client;

  @Override
  public Integer call() {
    try (Flotilla flotilla = client.connect()) {
      ClusterView view = ClientOptions.await(flotilla.cluster().view());
      print(view, flotilla.address().getAuthority());
      return view.hasLeader() ? 0 : 1;
    }
  }

  private static void print(ClusterView view, String asked) {
    String row = "%-8s %-22s %-12s %-10s %6s %10s %10s %9s";
    Screen.say(row, "MEMBER", "HTTP", "STATUS", "ROLE", "TERM", "APPLIED", "COMMITTED", "LOG");
    for (Member m : view.members()) {
      Raft raft = m.raft() == null ? new Raft(null, "-", 0, 0, 0, 0) : m.raft();
      Screen.say(
          row,
          m.id(),
          or(m.httpAddress()),
          or(m.status()) + seat(m) + (Boolean.FALSE.equals(m.reachable()) ? ", silent" : ""),
          or(raft.role()).toLowerCase(Locale.ROOT),
          number(raft.term()),
          number(raft.applied()),
          number(raft.committed()),
          raft.logBytes() <= 0 ? "-" : mib(raft.logBytes()));
    }
    Screen.say("");
    Screen.say("leader       %s", view.hasLeader() ? view.leader() : "none");
    Screen.say("coordinator  %s", or(view.coordinator()));
    Screen.say("epoch        %d, founded by %s", view.epoch(), or(view.founder()));
    if (view.otherGroup() != null) {
      Screen.say("ALARM        %s", view.otherGroup());
    }
    print(view.store());
    Map<String, String> homes = new TreeMap<>();
    for (Shard shard : view.shards()) {
      shard.namespaces().forEach(ns -> homes.put(ns, or(shard.node())));
    }
    homes.entrySet().stream()
        .limit(MOST_NAMESPACES)
        .forEach(e -> Screen.say("namespace    %s on %s", e.getKey(), e.getValue()));
    if (homes.size() > MOST_NAMESPACES) {
      Screen.say("             ... %d more namespaces", homes.size() - MOST_NAMESPACES);
    }
    Screen.say("as seen by   %s (version %s)", asked, or(view.version()));
  }

  /** What the log says of a member, if it is not what Akka says. */
  private static String seat(Member m) {
    boolean up = "Up".equals(m.status());
    return m.seat() == null || up == "In".equals(m.seat())
        ? ""
        : ", seat " + m.seat().toLowerCase(Locale.ROOT);
  }

  private static void print(Store store) {
    if (store == null) {
      return; // an older node
    }
    Screen.say(
        "store        %s of %s, %d %%%s",
        mib(store.bytes()),
        mib(store.quotaBytes()),
        100 * store.bytes() / Math.max(1, store.quotaBytes()),
        store.alarm()
            ? "; ALARM: writes that add data are refused until it is below 90 %. Delete data, or"
                + " give the nodes more memory (FLOTILLA_HEAP)."
            : "");
    if (!store.lowDisks().isEmpty()) {
      Screen.say(
          "ALARM        nearly full is the disk of %s: writes that add data are refused. Make room"
              + " there, or remove the member.",
          String.join(", ", store.lowDisks()));
    }
  }

  private static String or(String text) {
    return text == null || text.isEmpty() ? "-" : text;
  }

  private static String number(long n) {
    return n <= 0 ? "-" : Long.toString(n);
  }

  private static String mib(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }
}

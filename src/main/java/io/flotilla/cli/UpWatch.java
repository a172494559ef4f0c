package io.flotilla.cli;

import io.flotilla.cli.UpState.NodeState;
import io.flotilla.client.ClusterApi.Server;
import io.flotilla.client.ClusterView;
import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Watches the nodes of {@code up} and reports which become ready, die and return, come and go.
 * Which there are is read anew each time: other terminals add, restart and remove nodes.
 */
final class UpWatch {
  /** Set once the cluster is being stopped: from then on nodes end because they are asked to. */
  static volatile boolean stopping;

  private static final Duration PACE = Duration.ofMillis(100);
  private static final int PACES_PER_STATUS = 10;

  private enum Condition {
    STARTING,
    READY,
    /** It has ended as if it was asked to: dead or removed, which the others know. */
    ENDED,
    DEAD
  }

  private static final class Watched {
    private final NodeSpec spec;
    private final Flotilla client;
    private Condition condition = Condition.STARTING;
    private Progress since = new Progress("starting");

    Watched(NodeSpec spec) {
      this.spec = spec;
      this.client = Readiness.client(LocalTls.client(List.of(spec)));
    }
  }

  private final Path data;
  private final LocalCluster cluster;
  private final Map<String, Watched> nodes = new TreeMap<>();
  private Flotilla all;
  private long lastCommitted = -1;
  private long lastAt;

  UpWatch(Path data, LocalCluster cluster) {
    this.data = data;
    this.cluster = cluster;
    cluster.specs().forEach(spec -> nodes.put(spec.id(), new Watched(spec)));
    this.all = client();
  }

  private Flotilla client() {
    return LocalTls.client(nodes.values().stream().map(n -> n.spec).toList())
        .token(OwnToken.of(data).orElse(null))
        .connectTimeout(Duration.ofMillis(300))
        .attemptTimeout(Duration.ofMillis(700))
        .deadline(Duration.ofSeconds(2))
        .build();
  }

  /** Waits until every node serves; false if one died or the time is over. */
  boolean untilReady(Duration within) {
    Progress progress = new Progress("starting " + nodes.size() + " nodes");
    while (any(Condition.STARTING) && !stopping) {
      look();
      if (any(Condition.DEAD)) {
        Screen.remark("Not all nodes could be started.");
        return false;
      }
      if (progress.millis() > within.toMillis()) {
        Screen.remark(
            "Not ready after %s; the logs in %s/n*/log say more.",
            Screen.seconds(progress.millis()), data);
        return false;
      }
      progress.tick();
      Readiness.pause(PACE);
    }
    Screen.clearStatus();
    return true;
  }

  private boolean any(Condition condition) {
    return nodes.values().stream().anyMatch(n -> n.condition == condition);
  }

  /** Watches until the process ends. */
  void run() {
    for (int i = 0; !stopping; i++) {
      look();
      if (i % PACES_PER_STATUS == 0 && Screen.TERMINAL) {
        Screen.status(statusLine());
      }
      Readiness.pause(PACE);
    }
    Readiness.pause(Duration.ofMinutes(5)); // the shutdown hook ends the process
  }

  private void look() {
    UpState state = UpState.load(data).orElseGet(cluster::state);
    if (stopping) {
      return; // the file may be gone already
    }
    keepUp(state);
    for (NodeState node : state.nodes()) {
      if (!stopping) {
        look(nodes.get(node.id()), node);
      }
    }
  }

  /** Other terminals have added nodes, or removed some. */
  private void keepUp(UpState state) {
    List<Watched> gone = nodes.values().stream().filter(n -> !state.has(n.spec.id())).toList();
    for (Watched node : gone) {
      nodes.remove(node.spec.id()).client.close();
      Screen.say(
          "%s was removed from the cluster and has ended; its data stays in %s",
          node.spec.id(), node.spec.data());
    }
    List<NodeState> more = state.nodes().stream().filter(n -> !nodes.containsKey(n.id())).toList();
    for (NodeState node : more) {
      nodes.put(node.id(), new Watched(node.spec()));
      Screen.say("%s joins the cluster", node.id());
    }
    if (!gone.isEmpty() || !more.isEmpty()) {
      all.close();
      all = client();
    }
  }

  private void look(Watched node, NodeState state) {
    Process child = child(state);
    boolean alive = child == null ? state.runs() : child.isAlive();
    if (!alive && node.condition != Condition.DEAD) {
      // What a process that isn't our child ended with is unknown.
      ended(node, child == null ? 0 : child.exitValue());
    } else if (alive && (node.condition == Condition.DEAD || node.condition == Condition.ENDED)) {
      node.condition = Condition.STARTING;
      node.since = new Progress("starting");
      Screen.say("%s was started again", node.spec.id());
    } else if (alive
        && node.condition == Condition.STARTING
        && node.client.cluster().ready().join()) {
      node.condition = Condition.READY;
      Screen.say(
          "%s ready at %s after %s",
          node.spec.id(), node.spec.url(), Screen.seconds(node.since.millis()));
    }
  }

  /** A node that was removed ends by itself, and well; so does one that was asked to. */
  private void ended(Watched node, int code) {
    Optional<Boolean> removed = code == 0 ? isRemoved(node.spec) : Optional.of(false);
    if (removed.isEmpty() && any(Condition.STARTING)) {
      node.condition = Condition.ENDED; // nobody knows yet
    } else if (removed.orElse(false)) {
      node.condition = Condition.ENDED;
      UpState.change(data, state -> state.without(node.spec.id()));
    } else {
      node.condition = Condition.DEAD;
      tellDeath(node.spec, code);
    }
  }

  /** Null for a process that another terminal has started. */
  private Process child(NodeState state) {
    Process process = cluster.process(state.id());
    return process != null && process.pid() == state.process().pid() ? process : null;
  }

  /** Empty if there is nobody to say so. */
  private Optional<Boolean> isRemoved(NodeSpec node) {
    try {
      List<Server> members = Flotilla.await(all.cluster().members());
      return Optional.of(members.stream().noneMatch(m -> m.node().equals(node.id())));
    } catch (FlotillaException e) {
      return Optional.empty();
    }
  }

  private void tellDeath(NodeSpec node, int code) {
    String how =
        code == 137
            ? "was killed (kill -9)"
            : code != 0 ? "ended by itself with exit code " + code : "ended";
    Screen.say("%s %s; start it again: ./flotilla restart %s", node.id(), how, node.id());
    if (code != 137) {
      Screen.say("  the end of its log, %s:", node.log());
      Screen.say("%s", "    " + NodeProcess.lastWords(node, 8));
    }
  }

  private String statusLine() {
    List<String> parts = new ArrayList<>();
    long ready = nodes.values().stream().filter(n -> n.condition == Condition.READY).count();
    parts.add(ready + " of " + nodes.size() + " nodes ready");
    try {
      ClusterView view = Flotilla.await(all.cluster().view());
      parts.add(view.hasLeader() ? "leader " + view.leader() : "no leader");
      namespaces(view).ifPresent(parts::add);
      writes(view).ifPresent(parts::add);
    } catch (FlotillaException e) {
      parts.add("no answer");
    }
    return String.join(" | ", parts);
  }

  private static Optional<String> namespaces(ClusterView view) {
    long count = view.shards().stream().flatMap(s -> s.namespaces().stream()).distinct().count();
    return count == 0
        ? Optional.empty()
        : Optional.of(
            count
                + (count == 1 ? " namespace" : " namespaces")
                + view.ownerOf("default").map(node -> ", default on " + node).orElse(""));
  }

  /** The log's growth in entries, each of which may hold a batch of writes. */
  private Optional<String> writes(ClusterView view) {
    long committed =
        view.members().stream()
            .mapToLong(m -> m.raft() == null ? 0 : m.raft().committed())
            .max()
            .orElse(0);
    long now = System.nanoTime();
    long before = lastCommitted;
    double seconds = (now - lastAt) / 1e9;
    lastCommitted = committed;
    lastAt = now;
    return before < 0 || committed == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT, "%,.0f log entries/s", Math.max(0, committed - before) / seconds));
  }
}

package io.flotilla.cli;

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

/** Watches the nodes of {@code up} and reports which become ready, die and return. */
final class UpWatch {
  /** Set once the cluster is being stopped: from then on nodes end because they are asked to. */
  static volatile boolean stopping;

  private static final Duration PACE = Duration.ofMillis(100);
  private static final int PACES_PER_STATUS = 10;

  private enum Condition {
    STARTING,
    READY,
    DEAD
  }

  private final Path data;
  private final LocalCluster cluster;
  private final Map<String, Condition> conditions = new TreeMap<>();
  private final Map<String, Progress> since = new TreeMap<>();
  private final Flotilla all;
  private final Map<String, Flotilla> each = new TreeMap<>();
  private long lastCommitted = -1;
  private long lastAt;

  UpWatch(Path data, LocalCluster cluster) {
    this.data = data;
    this.cluster = cluster;
    for (NodeSpec node : cluster.specs()) {
      conditions.put(node.id(), Condition.STARTING);
      since.put(node.id(), new Progress("starting"));
      each.put(node.id(), Readiness.client(node.http()));
    }
    this.all =
        Flotilla.builder(cluster.addresses())
            .connectTimeout(Duration.ofMillis(300))
            .attemptTimeout(Duration.ofMillis(700))
            .deadline(Duration.ofSeconds(2))
            .build();
  }

  /** Waits until every node serves; false if one died or the time is over. */
  boolean untilReady(Duration within) {
    Progress progress = new Progress("starting " + cluster.specs().size() + " nodes");
    while (conditions.containsValue(Condition.STARTING) && !stopping) {
      look();
      if (conditions.containsValue(Condition.DEAD)) {
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
    // Read anew each time: a restart from another terminal replaces the process.
    Optional<UpState> state = UpState.load(data);
    for (NodeSpec node : cluster.specs()) {
      boolean alive =
          state.isPresent()
              ? state.get().node(node.id()).process().process().isPresent()
              : cluster.isAlive(node.id());
      if (!stopping) {
        look(node, alive);
      }
    }
  }

  private void look(NodeSpec node, boolean alive) {
    Condition condition = conditions.get(node.id());
    if (!alive && condition != Condition.DEAD) {
      conditions.put(node.id(), Condition.DEAD);
      tellDeath(node);
    } else if (alive && condition == Condition.DEAD) {
      conditions.put(node.id(), Condition.STARTING);
      since.put(node.id(), new Progress("starting"));
      Screen.say("%s was started again", node.id());
    } else if (alive
        && condition == Condition.STARTING
        && each.get(node.id()).cluster().ready().join()) {
      conditions.put(node.id(), Condition.READY);
      Screen.say(
          "%s ready at http://%s after %s",
          node.id(), node.http(), Screen.seconds(since.get(node.id()).millis()));
    }
  }

  private void tellDeath(NodeSpec node) {
    Process child = cluster.process(node.id());
    // A process started by restart is not our child: its exit code is unknown.
    String how =
        child != null && !child.isAlive() && child.exitValue() == 137
            ? "was killed (kill -9)"
            : child != null && !child.isAlive() && child.exitValue() != 0
                ? "ended by itself with exit code " + child.exitValue()
                : "ended";
    Screen.say("%s %s; start it again: ./flotilla restart %s", node.id(), how, node.id());
    if (!how.startsWith("was killed")) {
      Screen.say("  the end of its log, %s:", node.log());
      Screen.say("%s", "    " + NodeProcess.lastWords(node, 8));
    }
  }

  private String statusLine() {
    List<String> parts = new ArrayList<>();
    long ready = conditions.values().stream().filter(Condition.READY::equals).count();
    parts.add(ready + " of " + conditions.size() + " nodes ready");
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

package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorSystem;
import akka.actor.BootstrapSetup;
import akka.actor.CoordinatedShutdown;
import akka.actor.setup.ActorSystemSetup;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.FreePorts;
import io.flotilla.TestPatience;
import io.flotilla.async.Futures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Nodes n1, n2, ... in one JVM, each with an actor system, a log and a data directory. */
final class LogCluster implements AutoCloseable {
  private final Path directory;
  private final List<Seed> seeds;
  private final String name;
  private final Config extra;
  private final Map<String, ActorSystem> systems = new ConcurrentSkipListMap<>();
  private final AtomicLong ahead = new AtomicLong();
  private boolean bootstrap = true;
  private boolean seeded = true;
  private boolean grows;
  private final Map<String, Seed> joiners = new TreeMap<>();
  private List<String> through = List.of();
  final List<String> halts = new CopyOnWriteArrayList<>();

  LogCluster(Path directory, int size, String systemName, Config extraConfig) {
    this.directory = directory;
    this.name = systemName;
    this.extra = extraConfig;
    this.seeds = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      seeds.add(new Seed("n" + i, "127.0.0.1", FreePorts.next(), FreePorts.next()));
    }
  }

  /** For tests in which losing the lead is a failure: on a busy machine a second passes quickly. */
  static final Config HARDLY_ANY_ELECTIONS =
      ConfigFactory.parseString(
          "flotilla.journal.election-timeout-min = 4s, flotilla.journal.election-timeout-max = 6s");

  private static final Config FEWER_ELECTIONS =
      ConfigFactory.parseString(
          "flotilla.journal.election-timeout-min = 2s, flotilla.journal.election-timeout-max = 3s");

  /** Nothing happens by itself for 25 s: no heartbeat, and for 50 s no election. */
  static final Config PATIENT =
      ConfigFactory.parseString(
          "flotilla.journal.election-timeout-min = 50s,"
              + "flotilla.journal.election-timeout-max = 60s");

  /** A cluster of one that others can join. */
  static LogCluster growing(Path directory) {
    LogCluster cluster = new LogCluster(directory, 1, "flotilla", FEWER_ELECTIONS);
    cluster.grows = true;
    cluster.startAll();
    return cluster;
  }

  /** Further nodes, whose ids may be those of others, with disks of their own. */
  LogCluster sibling(Path disks) {
    LogCluster sibling = new LogCluster(disks, 1, name, extra);
    sibling.grows = true;
    return sibling;
  }

  /**
   * Begins to start a node that has no seeds; if it is known already, at another address.
   *
   * @param members whom it is to ask for a place
   */
  CompletionStage<?> join(String id, String... members) {
    return joinThrough(id, Stream.of(members).map(this::seed).toArray(Seed[]::new));
  }

  CompletionStage<?> joinThrough(String id, Seed... members) {
    through = Stream.of(members).map(Seed::clusterAddress).toList();
    joiners.put(id, new Seed(id, "127.0.0.1", FreePorts.next(), FreePorts.next()));
    return start(id);
  }

  Seed seed(String id) {
    return joiners.containsKey(id)
        ? joiners.get(id)
        : seeds.stream().filter(s -> s.id().equals(id)).findFirst().orElseThrow();
  }

  static LogCluster started(Path directory, int size) {
    LogCluster cluster = new LogCluster(directory, size, "flotilla", ConfigFactory.empty());
    cluster.startAll();
    return cluster;
  }

  /** Three nodes that run, and have had their first start. */
  static LogCluster formed(Path directory, Config extraConfig) {
    LogCluster cluster = new LogCluster(directory, 3, "flotilla", extraConfig);
    cluster.startAll();
    cluster.isFormed();
    return cluster;
  }

  void startAll() {
    List<CompletionStage<?>> starting = new ArrayList<>();
    seeds.forEach(s -> starting.add(start(s.id())));
    starting.forEach(LogCluster::await);
  }

  /** From now on nodes are started as in an existing cluster. */
  void isFormed() {
    bootstrap = false;
  }

  /** From now on nodes are started as in a new cluster. */
  void isNew() {
    bootstrap = true;
  }

  /** From now on nodes are started without the seeds of the others. */
  void hasNoSeeds() {
    seeded = false;
  }

  /** From now on nodes are started with all seeds. */
  void hasSeeds() {
    seeded = true;
  }

  /** Begins to start the node; the result completes when it takes part. */
  CompletionStage<?> start(String id) {
    ActorSystem system =
        ActorSystem.create(
            name,
            ActorSystemSetup.create(
                BootstrapSetup.create(config(id)),
                new Halt.HaltSetup(halts::add),
                new ReplicatedLog.ClockSetup(() -> System.nanoTime() + ahead.get())));
    systems.put(id, system);
    return ReplicatedLog.get(system).start();
  }

  Config config(String id) {
    Seed self = seed(id);
    boolean joins = joiners.containsKey(id);
    String list =
        joins || seeds.size() == 1
            ? "[]"
            : seeds.stream()
                .filter(s -> seeded || s.equals(self))
                .map(s -> s.id() + "@" + s.host() + ":" + s.clusterPort() + ":" + s.raftPort())
                .collect(Collectors.joining("\",\"", "[\"", "\"]"));
    String own =
        "flotilla.node.id = "
            + id
            + "\nflotilla.node.data = \""
            + data(id)
            + "\"\nflotilla.node.host = 127.0.0.1\nflotilla.cluster.port = "
            + self.clusterPort()
            + "\nflotilla.journal.port = "
            + self.raftPort()
            + "\nflotilla.cluster.seeds = "
            + list
            + (joins ? "\nflotilla.cluster.join = \"" + String.join(",", through) + "\"" : "")
            + "\nflotilla.cluster.bootstrap = "
            + bootstrap
            // On a busy machine the lead may change hands; writes and reads ride that out.
            + "\nflotilla.journal.deadline = 90s"
            + "\nflotilla.journal.read-deadline = 90s"
            + "\nakka.actor.provider = "
            + (seeds.size() == 1 && !grows ? "local" : "cluster")
            // No leave is announced: the others may have stopped as well.
            + "\nakka.remote.artery.advanced.shutdown-flush-timeout = 10ms"
            + "\nakka.remote.artery.canonical { hostname = 127.0.0.1, port = "
            + self.clusterPort()
            + " }\nakka.coordinated-shutdown.exit-jvm = off"
            + "\nakka.coordinated-shutdown.terminate-actor-system = on"
            + "\nakka.coordinated-shutdown.run-by-jvm-shutdown-hook = off"
            + "\nakka.cluster.jmx.multi-mbeans-in-same-jvm = on"
            + "\nakka.cluster.seed-nodes = []"
            + "\nakka.actor.allow-java-serialization = off\n";
    return extra.withFallback(ConfigFactory.parseString(own)).withFallback(ConfigFactory.load());
  }

  Path data(String id) {
    return directory.resolve(id);
  }

  ActorSystem system(String id) {
    return systems.get(id);
  }

  ReplicatedLog log(String id) {
    return ReplicatedLog.get(systems.get(id));
  }

  List<String> ids() {
    return List.copyOf(systems.keySet());
  }

  /** The leader's id, as soon as every running node agrees on it and it is ready. */
  String leader() {
    Awaitility.await()
        .atMost(TestPatience.PATIENCE)
        .until(
            () ->
                ids().stream().map(id -> log(id).leaderNodeId()).distinct().count() == 1
                    && log(ids().get(0)).leaderNodeId() != null
                    && systems.containsKey(log(ids().get(0)).leaderNodeId())
                    && log(log(ids().get(0)).leaderNodeId()).node().isLeaderReady());
    return log(ids().get(0)).leaderNodeId();
  }

  String follower() {
    String leader = leader();
    return ids().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
  }

  /** Waits until the node has ended by itself, because it was removed. */
  void awaitRemoved(String id) {
    ActorSystem system = systems.remove(id);
    await(system.getWhenTerminated());
    assertThat(CoordinatedShutdown.get(system).getShutdownReason()).contains(new Removed());
  }

  void stop(String id) {
    ActorSystem system = systems.remove(id);
    await(ReplicatedLog.get(system).stop());
    system.terminate();
    await(system.getWhenTerminated());
  }

  /** All nodes at once. */
  void stopAll() {
    List<ActorSystem> all = List.copyOf(systems.values());
    systems.clear();
    List<CompletionStage<?>> stopping = new ArrayList<>();
    all.forEach(system -> stopping.add(ReplicatedLog.get(system).stop()));
    stopping.forEach(LogCluster::await);
    all.forEach(ActorSystem::terminate);
    all.forEach(system -> await(system.getWhenTerminated()));
  }

  /** Moves the log's clock, used for deadlines; Raft has one of its own. */
  void passes(Duration time) {
    ahead.addAndGet(time.toNanos());
  }

  /** Starts it again and waits until it takes part. */
  void restart(String id) {
    await(start(id));
  }

  void wipe(String id) throws IOException {
    try (Stream<Path> files = Files.walk(data(id))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(TestPatience.MILLIS, TimeUnit.MILLISECONDS);
    } catch (Exception e) {
      Throwable cause = Futures.unwrap(e);
      if (cause instanceof RuntimeException r) {
        throw r;
      }
      throw new IllegalStateException(cause.getMessage(), cause);
    }
  }

  @Override
  public void close() {
    stopAll();
  }
}

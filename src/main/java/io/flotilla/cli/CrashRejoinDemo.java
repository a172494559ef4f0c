package io.flotilla.cli;

import io.flotilla.client.ClusterView;
import io.flotilla.client.Entry;
import io.flotilla.client.Flotilla;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo crash-rejoin}: a node dies during writes, and nothing is lost. */
@Command(
    name = "crash-rejoin",
    description = {
      "Kill -9 the node that owns the data while clients write, then bring it back.",
      "Uses three nodes of its own on free ports and a temporary directory.",
      "Exit code 1 if an acknowledged write is lost or the copies differ."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  ./flotilla demo crash-rejoin",
      "  ./flotilla demo crash-rejoin --ui"
    })
final class CrashRejoinDemo implements Callable<Integer> {
  private static final int WRITERS = 4;
  private static final Duration READY = Duration.ofMinutes(3);

  /** Limit on what takes a second or two unless the machine is very busy. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int FLOWING = 100;
  private static final Duration BEFORE = Duration.ofSeconds(3);
  private static final Duration AFTER = Duration.ofSeconds(3);

  @Option(
      names = "--ui",
      description =
          "Show it on the dashboard, step by step as you press Enter, instead of as text.")
  private boolean ui;

  private final List<DemoWriter> writers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private LocalCluster cluster;
  private int step;

  @Override
  public Integer call() throws IOException {
    if (ui) {
      return new UiDemo().run();
    }
    Path dir = Files.createTempDirectory("flotilla-demo");
    cluster = new LocalCluster(NodeSpec.onFreePorts(3, dir));
    // Even if the user interrupts, no process and no file is left behind.
    Thread cleanup = new Thread(() -> cleanUp(dir));
    Runtime.getRuntime().addShutdownHook(cleanup);
    Progress story = new Progress("demo");
    boolean good;
    try (Flotilla flotilla =
        Flotilla.builder(cluster.addresses()).attemptTimeout(Duration.ofSeconds(2)).build()) {
      startCluster();
      startWriters(flotilla);
      String victim = owner(flotilla);
      long killedAt = crash(victim);
      gap(killedAt);
      rejoin(victim, flotilla);
      stopWriters();
      good = nothingLost(flotilla) & replicasEqual();
    }
    Screen.say("");
    Screen.say(
        good
            ? "In short: a node died without warning, nothing acknowledged was lost (%s)."
            : "SOMETHING WAS LOST OR DIFFERS, see above (%s).",
        Screen.seconds(story.millis()));
    return good ? 0 : 1;
  }

  private void startCluster() {
    step("Three nodes start, each as its own process with its own directory");
    cluster.startAll(true);
    for (NodeSpec node : cluster.specs()) {
      if (!Progress.untilReady(node, () -> cluster.isAlive(node.id()), READY)) {
        throw new CliException(
            "%s did not become ready. The end of its log:%n    %s",
            node.id(), NodeProcess.lastWords(node, 10));
      }
      tell(
          "%s is ready at http://%s (process %d)",
          node.id(), node.http(), cluster.process(node.id()).pid());
    }
  }

  private void startWriters(Flotilla flotilla) {
    step(WRITERS + " clients write, each a new key every few milliseconds");
    for (int i = 0; i < WRITERS; i++) {
      DemoWriter writer = new DemoWriter(i, flotilla);
      Thread thread = new Thread(writer, "writer-" + i);
      thread.setDaemon(true);
      writers.add(writer);
      threads.add(thread);
      thread.start();
    }
    write(BEFORE);
    boolean flowing =
        Progress.until(
            "waiting for the writes to flow", READY, () -> acknowledged().size() >= FLOWING);
    if (!flowing) {
      throw new CliException("only %d writes were acknowledged", acknowledged().size());
    }
    tell("%d writes acknowledged so far", acknowledged().size());
  }

  private String owner(Flotilla flotilla) {
    ClusterView view = Flotilla.await(flotilla.cluster().view());
    String owner = view.ownerOf("default").orElse(view.leader());
    if (owner == null) {
      throw new CliException("the cluster has no leader; nothing to show");
    }
    step("The actor that owns this data lives on " + owner + ": kill -9 to that process");
    return owner;
  }

  private long crash(String victim) {
    long now = System.nanoTime();
    cluster.crash(victim);
    tell("%s is gone, with nothing closed, flushed or announced", victim);
    return now;
  }

  private void gap(long killedAt) {
    write(Duration.ofMillis(200)); // answers already on their way
    int before = acknowledged().size();
    boolean again =
        Progress.until(
            "waiting for the next acknowledged write",
            PATIENCE,
            () -> acknowledged().size() > before);
    if (!again) {
      throw new CliException(
          "no write was acknowledged within " + PATIENCE.toMinutes() + " minutes of the crash");
    }
    write(AFTER);
    NavigableSet<Long> times = new TreeSet<>();
    writers.forEach(w -> times.addAll(w.times().tailSet(killedAt)));
    long last = killedAt;
    long longest = 0;
    for (long t : times) {
      longest = Math.max(longest, t - last);
      last = t;
    }
    tell("the clients moved on to the other nodes by themselves");
    tell("longest time without an acknowledged write: %d ms", longest / 1_000_000);
  }

  private void rejoin(String victim, Flotilla flotilla) {
    step(victim + " starts again under its name, with what was on its disk");
    Progress progress = new Progress("");
    cluster.start(victim);
    if (!Progress.untilReady(cluster.spec(victim), () -> cluster.isAlive(victim), READY)) {
      throw new CliException(
          "%s did not come back. The end of its log:%n    %s",
          victim, NodeProcess.lastWords(cluster.spec(victim), 10));
    }
    boolean joined =
        Progress.until(
            "waiting until all three are members",
            READY,
            () -> membersUp(Flotilla.await(flotilla.cluster().view())) == 3);
    if (!joined) {
      throw new CliException("%s is running, but the others have not admitted it", victim);
    }
    tell("%s is a member again after %s", victim, Screen.seconds(progress.millis()));
  }

  private static long membersUp(ClusterView view) {
    return view.members().stream().filter(ClusterView.Member::isUp).count();
  }

  private void stopWriters() {
    write(Duration.ofSeconds(1));
    writers.forEach(DemoWriter::stop);
    for (Thread thread : threads) {
      try {
        thread.join(PATIENCE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean nothingLost(Flotilla flotilla) {
    step("The clients stop; every acknowledged write is read back");
    Map<String, String> stored = new HashMap<>();
    for (Entry e : ClientOptions.await(flotilla.kv().list(DemoWriter.PREFIX))) {
      stored.put(e.key(), e.text());
    }
    Map<String, String> acknowledged = acknowledged();
    long lost =
        acknowledged.entrySet().stream()
            .filter(e -> !e.getValue().equals(stored.get(e.getKey())))
            .count();
    int unknown = writers.stream().mapToInt(DemoWriter::unknown).sum();
    int failed = writers.stream().mapToInt(DemoWriter::failed).sum();
    tell(
        "%d acknowledged, %d of them lost; %d refused, %d with an unknown outcome",
        acknowledged.size(), lost, failed, unknown);
    return lost == 0 && !acknowledged.isEmpty();
  }

  private boolean replicasEqual() {
    step("Each node is asked for its own copy");
    Replicas replicas = new Replicas(cluster.specs());
    boolean equal =
        Progress.until("waiting for the copies to be equal", PATIENCE, replicas::areEqual);
    replicas.lines().forEach(line -> tell("%s", line));
    tell(equal ? "all copies are equal" : "THE COPIES DIFFER");
    return equal;
  }

  private Map<String, String> acknowledged() {
    Map<String, String> all = new HashMap<>();
    writers.forEach(w -> all.putAll(w.acknowledged()));
    return all;
  }

  /** Lets the writers run for a while, showing their count. */
  private void write(Duration time) {
    Progress progress = new Progress("writing");
    while (progress.millis() < time.toMillis()) {
      Screen.status("     " + acknowledged().size() + " writes acknowledged");
      Readiness.pause(Duration.ofMillis(50));
    }
    Screen.clearStatus();
  }

  private void step(String text) {
    Screen.say("");
    Screen.say("%d. %s", ++step, text);
  }

  private static void tell(String format, Object... args) {
    Screen.say("     " + format, args);
  }

  private void cleanUp(Path dir) {
    writers.forEach(DemoWriter::stop);
    cluster.stop();
    Dirs.delete(dir);
  }
}

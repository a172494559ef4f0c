package io.flotilla.cli;

import io.flotilla.client.ClusterView;
import io.flotilla.client.Flotilla;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** {@code demo crash-rejoin --ui}: the story on the dashboard, at the pace of whoever looks. */
final class UiDemo {
  private static final int RATE = 200;
  private static final int FLOWING = 100;
  private static final Duration READY = Duration.ofMinutes(3);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private LocalCluster cluster;
  private UpControl control;

  /** The exit code. */
  int run() throws IOException {
    Path dir = Files.createTempDirectory("flotilla-demo");
    cluster = new LocalCluster(NodeSpec.onFreePorts(3, dir));
    control = new UpControl(dir);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> cleanUp(dir)));
    String page = cluster.specs().get(0).url();
    control.address().write(dir, page);
    start(dir);
    Screen.say("Open this address; it is good until the demo ends:");
    Screen.say("");
    Screen.say("  %s", control.address().url(page));
    Screen.say("");
    await(control.load().write(RATE));
    until("waiting for the writes to flow", () -> counts().acknowledged() >= FLOWING);
    UpNodes nodes = new UpNodes(dir);
    String victim = owner();
    ask("%d keys are written each second. kill -9 to %s, which owns them".formatted(RATE, victim));
    long before = counts().acknowledged();
    nodes.crash(victim);
    until("waiting for the next writes", () -> counts().acknowledged() >= before + FLOWING);
    ask("The others go on. Start " + victim + " again");
    nodes.restart(victim);
    if (!Progress.untilReady(cluster.spec(victim), () -> true, READY)) {
      throw new CliException("%s did not come back", victim);
    }
    ask("It is back. Stop writing, and read back what was acknowledged");
    await(control.load().write(0));
    until(
        "waiting until all is read back",
        () -> counts().underWay() == 0 && counts().readBack() == counts().acknowledged());
    UpLoad.Counts end = counts();
    Screen.say(
        "%d acknowledged, %d of them lost; longest time without an acknowledged write: %d ms",
        end.acknowledged(), end.lost(), end.longestGapMillis());
    ask("End the demo");
    return end.lost() == 0 ? 0 : 1;
  }

  private void start(Path dir) {
    Screen.say("Three nodes start, each as its own process with its own directory");
    cluster.startAll(true);
    cluster.state().save(dir);
    for (NodeSpec node : cluster.specs()) {
      if (!Progress.untilReady(node, () -> cluster.isAlive(node.id()), READY)) {
        throw new CliException(
            "%s did not become ready. The end of its log:%n    %s",
            node.id(), NodeProcess.lastWords(node, 10));
      }
    }
  }

  private String owner() {
    try (Flotilla flotilla = Flotilla.connect(cluster.addresses())) {
      ClusterView view = Flotilla.await(flotilla.cluster().view());
      return view.ownerOf("default").orElse(view.leader());
    }
  }

  private UpLoad.Counts counts() {
    return await(control.load().counts());
  }

  private static <T> T await(CompletableFuture<T> order) {
    return order.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static void until(String waiting, BooleanSupplier done) {
    if (!Progress.until(waiting, PATIENCE, done)) {
      throw new CliException("%s took longer than %d s", waiting, PATIENCE.toSeconds());
    }
  }

  /** Goes on at Enter, and at once where nobody can press it. */
  private static void ask(String what) throws IOException {
    Screen.say("%s: press Enter", what);
    int read = System.in.read();
    while (read != -1 && read != '\n') {
      read = System.in.read();
    }
  }

  private void cleanUp(Path dir) {
    control.close();
    UpState.load(dir).map(UpState::alive).ifPresentOrElse(LocalCluster::stop, cluster::stop);
    Dirs.delete(dir);
  }
}

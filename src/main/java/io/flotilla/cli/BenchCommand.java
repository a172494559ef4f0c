package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: puts a cluster under closed-loop load and measures throughput and latency. */
@Command(
    name = "bench",
    description = "Put a cluster under load and print throughput and latency.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Closed loop: each connection sends its next request once the last is answered.",
      "A JVM needs 20 seconds or more under load before its figures settle: see",
      "--warmup. This client uses as much processor time as a node;",
      "bench/compare.py measures with wrk instead. Every set writes a different value.",
      "Each connection's first answer is counted apart. Exit code 1: the log did not",
      "grow by what was set.",
      "",
      "Examples:",
      "  ./flotilla bench",
      "  ./flotilla bench -c 1 -d 30s --warmup 20s --sets 100",
      "  ./flotilla bench -c 256 --sets 10 --size 1000 --keys 100000 --ns load"
    })
public final class BenchCommand implements Callable<Integer> {
  /** Limit on the values in flight, which this client keeps in memory. */
  private static final long MOST_BYTES = 128L << 20;

  @Spec private CommandSpec command;
  @Mixin private ClientOptions client;

  @Option(
      names = {"-c", "--connections"},
      paramLabel = "N",
      defaultValue = "64",
      description = "Concurrent requests, 1 to 4096. Default: 64")
  private int connections;

  @Option(
      names = {"-d", "--duration"},
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = Times.class,
      description = "How long to measure. Default: 10s")
  private Duration duration;

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      defaultValue = "3s",
      converter = Times.class,
      description = "How long to load before measuring. Default: 3s")
  private Duration warmup;

  @Option(
      names = "--sets",
      paramLabel = "PERCENT",
      defaultValue = "50",
      description = "Percentage of sets; the rest are linearizable gets. Default: 50")
  private int sets;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "100",
      description = "Size of a value, 8 to 524288. Default: 100")
  private int size;

  @Option(
      names = "--keys",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Number of different keys. Default: 1000")
  private int keys;

  @Option(names = "--ns", paramLabel = "NAMESPACE", description = "Default: bench")
  private String namespace = "bench";

  @Option(names = "--stale", description = "Answer gets from the asked node's own copy.")
  private boolean stale;

  @Override
  public Integer call() {
    within("--connections", connections, 1, 4096);
    within("--sets", sets, 0, 100);
    within("--size", size, Load.SMALLEST_VALUE, 524_288);
    within("--keys", keys, 1, Integer.MAX_VALUE);
    if ((long) connections * size > MOST_BYTES) {
      throw new ParameterException(
          command.commandLine(),
          "--connections times --size must be at most " + MOST_BYTES + " bytes");
    }
    try (Flotilla flotilla = client.connect()) {
      logIndex(flotilla); // fails here if no cluster is running
      Load load =
          new Load(flotilla.kv(namespace), new Load.Shape(connections, sets, size, keys, stale));
      Screen.remark(
          "%s: %d connections, %d %% sets of %d bytes, %d keys, namespace %s",
          flotilla.address().getAuthority(), connections, sets, size, keys, namespace);
      load.start();
      run(load, "warming up", warmup);
      long before = logIndex(flotilla);
      load.interval(); // the warm-up does not count
      load.countFromHere();
      run(load, "measuring", duration);
      Load.Figures total = load.total(duration);
      load.stop();
      return report(total, logIndex(flotilla) - before);
    }
  }

  private static int report(Load.Figures total, long entries) {
    total.lines().forEach(line -> Screen.say("%s", line));
    Screen.say("%s", total.growth(entries));
    Optional<String> objection = total.objection(entries);
    objection.ifPresent(why -> Screen.remark("Not a measurement: %s.", why));
    return objection.isPresent() ? 1 : 0;
  }

  /** The last entry of the log that a member has applied. */
  private static long logIndex(Flotilla flotilla) {
    return ClientOptions.await(flotilla.cluster().view()).members().stream()
        .mapToLong(m -> m.raft() == null ? 0 : m.raft().applied())
        .max()
        .orElse(0);
  }

  private static void run(Load load, String phase, Duration time) {
    Progress progress = new Progress(phase);
    for (long second = 1; progress.millis() < time.toMillis(); second++) {
      long pause = Math.min(second * 1000, time.toMillis()) - progress.millis();
      Readiness.pause(Duration.ofMillis(Math.max(1, pause)));
      Screen.remark("%-10s %4d s  %s", phase, progress.millis() / 1000, load.interval());
    }
  }

  private void within(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ParameterException(
          command.commandLine(), option + " must be " + least + " to " + most + ", not " + value);
    }
  }
}

package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.Flotilla;
import io.flotilla.client.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** System 000: publishers and a subscriber as processes, while a node is killed. */
class TimeIT {
  @TempDir Path data;

  /** A process of the launcher, with what it wrote. */
  private record Running(Process process, Path out, Path err) {
    List<String> lines() throws IOException {
      return Files.readAllLines(out);
    }

    /** What was published or received, without the process's messages about itself. */
    List<String> times() throws IOException {
      return lines().stream().filter(l -> l.matches("TIME \\d{4}-\\d\\d-\\d\\d \\S+")).toList();
    }

    List<String> remarks() throws IOException {
      return Files.readAllLines(err);
    }
  }

  private Running start(RealCluster cluster, String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of("flotilla").toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    Path out = data.resolve(name + ".out");
    Path err = data.resolve(name + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("FLOTILLA_HTTP_ADDR", cluster.addresses());
    return new Running(builder.start(), out, err);
  }

  private static void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what).atMost(RealCluster.PATIENCE).ignoreExceptions().until(condition);
  }

  @Test
  void the_subscriber_loses_no_line_while_the_node_it_asked_is_killed_and_finds_who_comes_later()
      throws Exception {
    List<Running> all = new ArrayList<>();
    try (RealCluster cluster = RealCluster.start(data, 3)) {
      try {
        String[] publish = {"publish", "TIME", "--listen", "127.0.0.1:0"};
        Running first = start(cluster, "first", publish);
        all.add(first);
        await("the first publisher tells the time", () -> !first.times().isEmpty());
        Running subscriber = start(cluster, "subscriber", "subscribe", "TIME");
        all.add(subscriber);
        await("the subscriber receives", () -> subscriber.times().size() > 1);

        cluster.kill(0);
        await(
            "the subscriber tells which server it asks now",
            () ->
                subscriber.remarks().stream()
                    .anyMatch(r -> r.contains("continuing with 127.0.0.1:" + cluster.httpPort(1))));
        Running second = start(cluster, "second", publish);
        all.add(second);
        await("a publisher registers during the outage", () -> !second.times().isEmpty());
        await("both are found", () -> lookup(cluster).size() == 2);

        int before = subscriber.times().size();
        await("the subscriber receives", () -> subscriber.times().size() > before + 3);
        List<String> received = subscriber.times();
        List<String> published = first.times();
        int from = published.indexOf(received.get(0));
        assertThat(from).isNotNegative();
        assertThat(received)
            .as("every line of the first publisher, once")
            .isEqualTo(published.subList(from, from + received.size()));

        first.process().destroy();
        assertThat(first.process().waitFor(RealCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS))
            .isTrue();
        assertThat(lookup(cluster)).as("it deregistered itself").hasSize(1);
        await(
            "the subscriber tells which publisher it is with now",
            () -> subscriber.remarks().stream().anyMatch(r -> r.startsWith("Continuing with")));
        int then = subscriber.times().size();
        await("the subscriber receives", () -> subscriber.times().size() > then + 1);
        assertThat(second.times()).contains(subscriber.times().get(then + 1));
      } finally {
        all.forEach(r -> r.process().destroyForcibly());
      }
    }
  }

  private static List<Instance> lookup(RealCluster cluster) {
    try (Flotilla client = cluster.client()) {
      return Flotilla.await(client.services().lookup("TIME", true));
    }
  }
}

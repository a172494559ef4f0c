package io.flotilla.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import io.flotilla.client.Lock;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes inside a program: this one. */
class EmbeddedTest {
  @TempDir private Path data;

  private Config config(Path disk) {
    List<Integer> ports = FreePorts.next(3);
    return ConfigFactory.parseString(
        """
        flotilla.node.data = "%s"
        flotilla.http.port = %d
        flotilla.cluster.port = %d
        flotilla.journal.port = %d
        """
            .formatted(disk, ports.get(0), ports.get(1), ports.get(2)));
  }

  @Test
  void a_node_runs_in_this_process_and_keeps_its_data_when_it_is_closed() {
    Config config = config(data);
    try (EmbeddedNode node = EmbeddedNode.start(config);
        Flotilla flotilla = node.client()) {
      flotilla.kv().set("colour", "green").join();
    }
    try (EmbeddedNode node = EmbeddedNode.start(config);
        Flotilla flotilla = node.client()) {
      assertThat(flotilla.kv().get("colour").join().orElseThrow().text()).isEqualTo("green");
    }
  }

  /** No disk has so much. */
  @Test
  void while_the_disk_has_less_than_it_must_only_what_grows_is_refused() {
    Config config = config(data);
    try (EmbeddedNode node = EmbeddedNode.start(config);
        Flotilla flotilla = node.client()) {
      flotilla.kv().set("colour", "green").join();
      flotilla.kv().set("shape", "round").join();
    }
    Config floor = ConfigFactory.parseString("flotilla.store.min-free-disk = 512 PiB");
    try (EmbeddedNode node = EmbeddedNode.start(floor.withFallback(config));
        Flotilla flotilla = node.client()) {
      Awaitility.await()
          .until(() -> flotilla.cluster().view().join().store().lowDisks(), List.of("n1")::equals);
      assertThatThrownBy(() -> flotilla.kv().set("size", "large").join())
          .hasRootCauseInstanceOf(FlotillaException.class)
          .hasMessageContaining("disk of n1")
          .satisfies(
              e -> assertThat(((FlotillaException) e.getCause()).code()).isEqualTo("disk-low"));
      assertThatThrownBy(() -> flotilla.kv("another").set("size", "large").join())
          .hasMessageContaining("disk of n1");
      assertThat(flotilla.kv().get("colour").join().orElseThrow().text()).isEqualTo("green");
      flotilla.kv().set("colour", "red").join();
      flotilla.kv().delete("shape").join();
      assertThat(flotilla.kv().get("shape").join()).isEmpty();
    }
    try (EmbeddedNode node = EmbeddedNode.start(config);
        Flotilla flotilla = node.client()) {
      flotilla.kv().set("size", "large").join();
    }
  }

  @Test
  void two_in_one_process_have_nothing_to_do_with_each_other() {
    try (EmbeddedNode a = EmbeddedNode.start(config(data.resolve("a")));
        EmbeddedNode b = EmbeddedNode.start(config(data.resolve("b")));
        Flotilla ofA = a.client();
        Flotilla ofB = b.client()) {
      ofA.kv().set("colour", "green").join();
      assertThat(ofB.kv().get("colour").join()).isEmpty();
      a.close();
      ofB.kv().set("colour", "blue").join();
      assertThat(a.ended().toCompletableFuture().join()).isEmpty();
      assertThat(b.ended().toCompletableFuture()).isNotDone();
    }
  }

  @Test
  void a_node_that_cannot_start_says_so_and_the_process_goes_on() throws IOException {
    Config config = config(data);
    assertThatThrownBy(
            () ->
                EmbeddedNode.begin(
                    ConfigFactory.parseString("flotilla.node.watchdog = 1s").withFallback(config)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("flotilla.node.watchdog");
    try (ServerSocket taken = new ServerSocket(config.getInt("flotilla.http.port"))) {
      assertThat(taken.isBound()).isTrue();
      assertThatThrownBy(() -> EmbeddedNode.start(config))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("can't start");
    }
    EmbeddedNode.start(config).close();
  }

  @Test
  void the_holder_of_a_lock_goes_on_when_any_node_ends_and_comes_back() throws Exception {
    long began = System.nanoTime();
    try (EmbeddedCluster cluster = EmbeddedCluster.start(3);
        Flotilla flotilla = cluster.client()) {
      System.out.printf(
          "three nodes in this process: %d ms%n",
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
      try (Lock lock = flotilla.recipes("jobs", Duration.ofMinutes(2)).lock("nightly")) {
        long token = lock.acquire();
        for (int node = 0; node < cluster.size(); node++) {
          cluster.stop(node);
          byte[] value = {(byte) node};
          Flotilla.await(flotilla.kv("jobs").setFenced("report", value, token));
          cluster.restart(node);
        }
        assertThat(lock.isHeld()).isTrue();
      }
    }
  }
}

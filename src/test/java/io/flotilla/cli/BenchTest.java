package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.cli.Load.Figures;
import io.flotilla.client.FakeNode;
import io.flotilla.client.Flotilla;
import io.flotilla.client.PatientClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchTest {
  private static final String CLUSTER =
      "{\"Leader\":\"n1\",\"Members\":[{\"ID\":\"n1\",\"Raft\":{\"Role\":\"LEADER\",\"Applied\":%d}}]}";

  private static Figures figures(long sets, long gets, long found, int connections) {
    return new Figures(0, sets, gets, found, connections, List.of());
  }

  /** A node that acknowledges every set; its log grows by {@code perSet} entries each time. */
  private static FakeNode node(int perSet) throws Exception {
    AtomicLong applied = new AtomicLong(100);
    return new FakeNode(
        (node, exchange) -> {
          if (exchange.getRequestMethod().equals("PUT")) {
            applied.addAndGet(perSet);
            FakeNode.reply(exchange, 200, "true");
          } else if (exchange.getRequestURI().getPath().equals("/v1/cluster")) {
            FakeNode.reply(exchange, 200, String.format(CLUSTER, applied.get()));
          } else {
            FakeNode.reply(exchange, 404, "");
          }
        });
  }

  private static int bench(FakeNode node, int sets) {
    return new CommandLine(new BenchCommand())
        .execute(
            "--http-addr=" + node.address(), "-c=2", "-d=1s", "--warmup=100ms", "--sets=" + sets);
  }

  @Test
  void a_run_whose_sets_write_nothing_fails() throws Exception {
    try (FakeNode writing = node(1);
        FakeNode idle = node(0)) {
      assertThat(bench(writing, 100)).isZero();
      assertThat(bench(idle, 100)).isEqualTo(1);
    }
  }

  @Test
  void a_run_whose_gets_find_nothing_fails() throws Exception {
    try (FakeNode empty = node(1)) {
      assertThat(bench(empty, 0)).isEqualTo(1);
    }
  }

  @Test
  void no_value_comes_twice_in_any_run() throws Exception {
    Set<ByteBuffer> values = new HashSet<>();
    try (FakeNode node = node(1);
        Flotilla flotilla = PatientClient.connect(node.address())) {
      for (int run = 0; run < 2; run++) {
        Load load = new Load(flotilla.kv("bench"), new Load.Shape(1, 100, 100, 10, false));
        for (int i = 0; i < 1000; i++) {
          assertThat(values.add(ByteBuffer.wrap(load.value()))).isTrue();
        }
      }
    }
    assertThat(values).allMatch(v -> v.remaining() == 100);
  }

  @Test
  void what_the_opening_of_connections_takes_is_no_latency_of_sets() throws Exception {
    AtomicLong answered = new AtomicLong();
    try (FakeNode node =
            new FakeNode(
                (self, exchange) -> {
                  answered.incrementAndGet();
                  FakeNode.reply(exchange, 200, "true");
                });
        Flotilla flotilla = PatientClient.connect(node.address())) {
      Load load = new Load(flotilla.kv("bench"), new Load.Shape(3, 100, 100, 10, false));
      load.start();
      await().until(() -> answered.get() >= 30);
      load.stop();
      await()
          .untilAsserted(
              () -> {
                Figures total = load.total(Duration.ofSeconds(1));
                assertThat(total.opened()).isEqualTo(3);
                assertThat(total.sets()).isEqualTo(answered.get() - 3);
                assertThat(total.lines()).anyMatch(line -> line.startsWith("first answers of 3 "));
              });
    }
  }

  @Test
  void the_report_says_how_many_sets_an_entry_of_the_log_holds() {
    assertThat(figures(6400, 0, 0, 64).growth(1000))
        .isEqualTo("the log grew by 1,000 entries, 6.4 sets each");
    assertThat(figures(0, 10, 10, 1).growth(2)).isEqualTo("the log grew by 2 entries");
    assertThat(figures(10, 0, 0, 1).growth(0)).isEqualTo("the log grew by 0 entries");
  }

  @Test
  void one_entry_may_hold_as_many_sets_as_are_under_way() {
    assertThat(figures(6400, 0, 0, 64).objection(100)).isEmpty();
    assertThat(figures(6400, 0, 0, 64).objection(49)).isNotEmpty();
    assertThat(figures(1000, 0, 0, 1).objection(1000)).isEmpty();
    assertThat(figures(1000, 0, 0, 1).objection(499)).isNotEmpty();
    assertThat(figures(0, 0, 0, 1).objection(0)).isNotEmpty();
    assertThat(figures(0, 10, 1, 1).objection(0)).isEmpty();
    assertThat(figures(0, 10, 0, 1).objection(0)).isNotEmpty();
  }

  @Test
  void a_value_too_small_to_differ_is_wrong_usage() {
    assertThat(new CommandLine(new BenchCommand()).execute("--size=7")).isEqualTo(2);
    assertThat(new CommandLine(new BenchCommand()).execute("-c=4096", "--size=524288"))
        .isEqualTo(2);
  }
}

package io.flotilla.journal;

import static io.flotilla.journal.LogCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeadNearWriterTest {
  @TempDir Path directory;

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE); // it overflows
  private long forwarded;
  private long applied;
  private int asked;
  private final LeadNearWriter lead =
      new LeadNearWriter(
          () -> forwarded,
          () -> applied,
          () -> {
            asked++;
            return CompletableFuture.failedFuture(new NoQuorumException("not now"));
          },
          nanos::get);

  /** Within a window this node writes, and the others do. */
  private void written(int own, int others) {
    forwarded += own;
    applied += own + others;
    passes(LeadNearWriter.WINDOW);
  }

  private void passes(Duration time) {
    nanos.addAndGet(time.toNanos());
    lead.tick();
  }

  @Test
  void who_writes_most_for_two_windows_asks_once_a_minute() {
    written(75, 25);
    assertThat(asked).isZero();
    written(75, 25);
    assertThat(asked).isEqualTo(1);
    written(75, 25);
    assertThat(asked).isEqualTo(1);
    passes(LeadNearWriter.PAUSE);
    written(75, 25);
    assertThat(asked).isEqualTo(1); // a minute without writes was between
    written(75, 25);
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void half_of_the_writes_is_not_most() {
    for (int i = 0; i < 5; i++) {
      written(1000, 1000);
    }
    assertThat(asked).isZero();
  }

  @Test
  void a_few_writes_are_not_worth_it() {
    for (int i = 0; i < 5; i++) {
      written(LeadNearWriter.MIN_WRITES - 1, 0);
    }
    assertThat(asked).isZero();
  }

  @Test
  void one_busy_window_is_not_enough() {
    for (int i = 0; i < 5; i++) {
      written(1000, 0);
      written(0, 1000);
    }
    assertThat(asked).isZero();
  }

  @Test
  void less_than_a_window_says_nothing() {
    forwarded = applied = 1000;
    passes(LeadNearWriter.WINDOW.minusNanos(1));
    passes(LeadNearWriter.WINDOW.minusNanos(1));
    assertThat(asked).isZero();
  }

  @Test
  void the_lead_comes_to_the_follower_that_writes() {
    try (LogCluster cluster = LogCluster.started(directory, 3)) {
      String writer = cluster.follower();
      ReplicatedLog log = cluster.log(writer);
      long epoch = await(log.claim("a", true)).epoch();
      long written = 0;
      while (!writer.equals(cluster.leader())) {
        for (int i = 0; i < 2 * LeadNearWriter.MIN_WRITES; i++) {
          await(log.write(ReplicatedLogTest.append("a", epoch, ++written, "x"), "a"));
        }
        cluster.passes(LeadNearWriter.WINDOW);
      }
      assertThat(await(log.claim("a", true)).events().highest()).isEqualTo(written);
      assertThat(cluster.halts).isEmpty();
    }
  }
}

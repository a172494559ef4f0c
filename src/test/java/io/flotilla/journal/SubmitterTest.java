package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Requests while there is no leader, on a clock that the test moves. */
class SubmitterTest {
  private final JournalSettings settings =
      JournalSettings.of(
          ConfigFactory.parseString("flotilla.journal.max-in-flight = 2")
              .withFallback(
                  new LogCluster(Path.of("none"), 1, "flotilla", ConfigFactory.empty())
                      .config("n1")));
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE); // it overflows
  private final Submitter submitter =
      new Submitter(
          settings,
          () -> null,
          (node, message) -> {
            throw new AssertionError("to nobody");
          },
          new LeadCheck(peer -> CompletableFuture.completedFuture(null)),
          () -> true,
          new LogMeters(new SimpleMeterRegistry(), nanos::get),
          nanos::get);

  private CompletableFuture<Reply> write() {
    return submitter.write(new Command.Claim("a", UUID.randomUUID()));
  }

  private void passes(long time) {
    nanos.addAndGet(time);
    submitter.tick();
  }

  private static void failed(CompletableFuture<Reply> request, Class<? extends Throwable> cause) {
    assertThatThrownBy(() -> LogCluster.await(request)).isInstanceOf(cause);
  }

  @Test
  void what_is_sent_to_nobody_until_its_deadline_was_not_done() {
    CompletableFuture<Reply> write = write();
    passes(settings.deadline().toNanos() - 1);
    assertThat(write).isNotDone();
    passes(1);
    failed(write, NoQuorumException.class);
    assertThat(submitter.inFlight()).isZero();
  }

  @Test
  void more_than_may_be_under_way_are_refused_until_one_has_ended() {
    CompletableFuture<Reply> write = write();
    CompletableFuture<Reply> read = submitter.confirm("a", 1);
    failed(write(), OverloadException.class);
    passes(settings.deadline().toNanos());
    failed(write, NoQuorumException.class);
    failed(read, NoQuorumException.class);
    assertThat(write()).isNotDone();
  }

  @Test
  void with_the_node_all_ends() {
    CompletableFuture<Reply> write = write();
    submitter.close();
    failed(write, NoQuorumException.class);
    failed(write(), NoQuorumException.class);
  }
}

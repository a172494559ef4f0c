package io.flotilla.registry.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.registry.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CountedProbeTest {
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Deque<CompletableFuture<Outcome>> asked = new ArrayDeque<>();
  private final Probe probe =
      new CountedProbe(
          definition -> {
            asked.add(new CompletableFuture<>());
            return asked.getLast();
          },
          metrics);

  private double underWay() {
    return metrics.get("flotilla_checks_under_way").gauge().value();
  }

  private long made(Status status) {
    return metrics.get("flotilla_checks").tag("result", status.text()).timer().count();
  }

  @Test
  void each_check_is_counted_by_what_it_has_shown() {
    probe.ask(null);
    probe.ask(null);
    probe.ask(null);
    assertThat(underWay()).isEqualTo(3);
    asked.remove().complete(new Outcome(Status.PASSING, ""));
    asked.remove().complete(new Outcome(Status.WARNING, ""));
    asked.remove().completeExceptionally(new IllegalStateException());
    assertThat(underWay()).isZero();
    assertThat(made(Status.PASSING)).isEqualTo(1);
    assertThat(made(Status.WARNING)).isEqualTo(1);
    assertThat(made(Status.CRITICAL)).isEqualTo(1);
  }
}

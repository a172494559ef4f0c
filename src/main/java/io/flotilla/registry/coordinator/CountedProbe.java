package io.flotilla.registry.coordinator;

import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.Status;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** Times the checks that this node makes as the coordinator's, by what they have shown. */
public final class CountedProbe implements Probe {
  private final Probe probe;
  private final Clock clock;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Map<Status, Timer> timers = new EnumMap<>(Status.class);

  public CountedProbe(Probe probe, MeterRegistry registry) {
    this.probe = probe;
    this.clock = registry.config().clock();
    Gauge.builder("flotilla_checks_under_way", underWay, AtomicInteger::get)
        .description("Checks being made at the moment; beyond " + Probes.UNDER_WAY + " they wait")
        .strongReference(true)
        .register(registry);
    for (Status status : Status.values()) {
      timers.put(
          status,
          Timer.builder("flotilla_checks")
              .description("Checks made on the coordinator's node, and how long they took")
              .tag("result", status.text())
              .register(registry));
    }
  }

  @Override
  public CompletionStage<Outcome> ask(CheckDefinition definition) {
    long start = clock.monotonicTime();
    CompletionStage<Outcome> outcome = probe.ask(definition);
    underWay.incrementAndGet();
    return outcome.whenComplete(
        (shown, failure) -> {
          underWay.decrementAndGet();
          timers
              .get(failure == null ? shown.status() : Status.CRITICAL)
              .record(Duration.ofNanos(clock.monotonicTime() - start));
        });
  }

  @Override
  public void end() {
    probe.end();
  }
}

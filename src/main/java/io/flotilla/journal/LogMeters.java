package io.flotilla.journal;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * What the log measures of itself. An append passes three phases: on the leader it waits for the
 * entry before, then it is replicated until a majority has it, then it is applied, which each
 * member does.
 */
final class LogMeters {
  private static final Duration[] TIMES =
      LongStream.of(500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000, 5_000_000)
          .mapToObj(micros -> Duration.of(micros, ChronoUnit.MICROS))
          .toArray(Duration[]::new);

  private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256};

  private final MeterRegistry registry;
  private final LongSupplier nanoTime;
  private final DistributionSummary appends;
  private final Timer waiting;
  private final Timer replicating;
  private final Timer applying;
  private final Timer fsync;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  LogMeters(MeterRegistry registry, LongSupplier nanoTime) {
    this.registry = registry;
    this.nanoTime = nanoTime;
    this.appends =
        DistributionSummary.builder("flotilla_journal_entry_appends")
            .description("Appends that share an entry of the log, written by this node as leader")
            .serviceLevelObjectives(SIZES)
            .register(registry);
    this.waiting = phase("waiting");
    this.replicating = phase("replicating");
    this.applying = phase("applying");
    this.fsync =
        Timer.builder("flotilla_journal_fsync")
            .description("Time until what was appended to the log is on this node's disk")
            .serviceLevelObjectives(TIMES)
            .register(registry);
  }

  private Timer phase(String name) {
    return Timer.builder("flotilla_journal_phase")
        .description("Time of an append (waiting) or an entry of the log (the others) by phase")
        .tag("phase", name)
        .serviceLevelObjectives(TIMES)
        .register(registry);
  }

  /** Adds how many requests wait or are under way at the moment. */
  void observe(Submitter submitter) {
    gauge(
        "flotilla_journal_requests",
        "Writes and confirmations of this node that wait for the log",
        submitter,
        Submitter::inFlight);
    gauge(
        "flotilla_journal_served_requests",
        "The same of other nodes, served by this one as leader",
        submitter,
        Submitter::served);
    gauge(
        "flotilla_journal_waiting_bytes",
        "Bytes of appends that wait on the leader for the next entry",
        submitter,
        Submitter::waitingBytes);
  }

  private <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
    Gauge.builder(name, of, value).description(description).register(registry);
  }

  long now() {
    return nanoTime.getAsLong();
  }

  void entryOf(int howMany) {
    appends.record(howMany);
  }

  void waitedSince(long nanos) {
    since(nanos, waiting);
  }

  void replicatedSince(long nanos) {
    since(nanos, replicating);
  }

  void appliedSince(long nanos) {
    since(nanos, applying);
  }

  void flushedSince(long nanos) {
    since(nanos, fsync);
  }

  private void since(long nanos, Timer timer) {
    timer.record(Duration.ofNanos(now() - nanos));
  }
}

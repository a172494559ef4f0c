package io.flotilla.cli;

import io.flotilla.async.Futures;
import io.flotilla.client.Consistency;
import io.flotilla.client.KeyValue;
import io.flotilla.client.OutcomeUnknownException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * A closed loop per connection: the next request is sent once the last is answered.
 *
 * <p>No two values are equal, not even across runs: putting a value that is already there writes
 * nothing to the log, and would measure nothing.
 */
final class Load {
  /** The number at its beginning makes a value differ from all others. */
  static final int SMALLEST_VALUE = Long.BYTES;

  private static final long PAUSE_AFTER_ERROR_MS = 50;

  /**
   * The requests to send.
   *
   * @param sets their percentage; the rest are gets
   */
  record Shape(int connections, int sets, int size, int keys, boolean stale) {}

  private final KeyValue kv;
  private final KeyValue reader;
  private final Shape shape;
  private final AtomicLong serial = new AtomicLong(new SplittableRandom().nextLong());
  private final Series sets = new Series();
  private final Series gets = new Series();
  private final Series opening = new Series();
  private final LongAdder errors = new LongAdder();
  private final LongAdder unknown = new LongAdder();
  private final LongAdder found = new LongAdder();
  private volatile boolean stopped;

  Load(KeyValue kv, Shape shape) {
    this.kv = kv;
    this.reader = shape.stale() ? kv.with(Consistency.STALE) : kv;
    this.shape = shape;
  }

  /** Returns a value unlike every one before it. */
  byte[] value() {
    return ByteBuffer.allocate(shape.size()).putLong(serial.incrementAndGet()).array();
  }

  void start() {
    for (int i = 0; i < shape.connections(); i++) {
      next(new SplittableRandom(i), true);
    }
  }

  void stop() {
    stopped = true;
  }

  /**
   * Sends a request.
   *
   * @param opens whether its answer also takes the opening of a connection; it is counted apart, as
   *     all are opened at once
   */
  private void next(SplittableRandom random, boolean opens) {
    if (stopped) {
      return;
    }
    String key = String.format("key-%04d", random.nextInt(shape.keys()));
    boolean set = random.nextInt(100) < shape.sets();
    long began = System.nanoTime();
    CompletableFuture<?> sent = set ? kv.set(key, value()) : reader.get(key);
    sent.whenComplete(
        (answer, failure) -> {
          if (failure == null) {
            (opens ? opening : set ? sets : gets).record(System.nanoTime() - began);
            if (answer instanceof Optional<?> entry && entry.isPresent()) {
              found.increment();
            }
            next(random, false);
          } else {
            count(failure);
            // Not at once: a storm of requests does not help a cluster without a leader.
            CompletableFuture.delayedExecutor(PAUSE_AFTER_ERROR_MS, TimeUnit.MILLISECONDS)
                .execute(() -> next(random, opens));
          }
        });
  }

  private void count(Throwable failure) {
    Throwable cause = Futures.unwrap(failure);
    (cause instanceof OutcomeUnknownException ? unknown : errors).increment();
  }

  /** Discards what was counted so far. */
  void countFromHere() {
    sets.total.reset();
    gets.total.reset();
    errors.reset();
    unknown.reset();
    found.reset();
  }

  /** One line about the time since the last call, which should be about a second ago. */
  String interval() {
    Histogram s = sets.interval();
    Histogram g = gets.interval();
    return String.format(
        Locale.ROOT,
        "%,9d sets  p99 %s   %,9d gets  p99 %s   %d errors",
        s.getTotalCount(),
        millis(s, 99),
        g.getTotalCount(),
        millis(g, 99),
        errors.sum() + unknown.sum());
  }

  Figures total(Duration time) {
    interval();
    opening.interval();
    List<String> lines = new ArrayList<>();
    String row = "%-5s %12s %12s %10s %10s %10s %10s";
    lines.add(String.format(row, "", "count", "per second", "p50", "p99", "p99.9", "max"));
    line(lines, row, "set", sets.total, time);
    line(lines, row, "get", gets.total, time);
    Histogram first = opening.total;
    if (first.getTotalCount() > 0) {
      lines.add(
          String.format(
              "first answers of %d connections, opened at once by a client just started: p50 %s,"
                  + " p99 %s, max %s",
              first.getTotalCount(), millis(first, 50), millis(first, 99), millis(first, 100)));
    }
    if (errors.sum() + unknown.sum() > 0) {
      lines.add(errors.sum() + " failed, " + unknown.sum() + " with an unknown outcome");
    }
    long absent = gets.total.getTotalCount() - found.sum();
    if (absent > shape.connections()) { // as many may straddle the start of counting
      lines.add(absent + " of the gets found no such key");
    }
    return new Figures(
        first.getTotalCount(),
        sets.total.getTotalCount(),
        gets.total.getTotalCount(),
        found.sum(),
        shape.connections(),
        lines);
  }

  /**
   * The results.
   *
   * @param opened connections that have had their first answer, which is neither among sets nor
   *     gets
   * @param found gets that found their key
   */
  record Figures(
      long opened, long sets, long gets, long found, int connections, List<String> lines) {
    /**
     * What the log says about the sets.
     *
     * @param entries how many the log grew by
     */
    String growth(long entries) {
      String grown = String.format(Locale.ROOT, "the log grew by %,d entries", entries);
      return sets == 0 || entries == 0
          ? grown
          : grown + String.format(Locale.ROOT, ", %.1f sets each", (double) sets / entries);
    }

    /**
     * Why this does not measure what it seems to, if so. A batch of sets becomes one log entry and
     * can't hold more sets than were in flight at once; the factor of two allows for a member that
     * reports its progress late.
     *
     * @param entries how many the log grew by
     */
    Optional<String> objection(long entries) {
      if (sets + gets == 0) {
        return Optional.of("nothing was answered");
      }
      if (2 * connections * entries < sets) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "%,d sets were acknowledged, but the log grew by only %,d entries: most of them"
                    + " wrote nothing",
                sets,
                entries));
      }
      return gets > 0 && found == 0
          ? Optional.of("no get found its key; write some first (--sets)")
          : Optional.empty();
    }
  }

  private static void line(
      List<String> lines, String row, String name, Histogram h, Duration time) {
    if (h.getTotalCount() > 0) {
      double rate = h.getTotalCount() * 1e9 / time.toNanos();
      lines.add(
          String.format(
              row,
              name,
              String.format(Locale.ROOT, "%,d", h.getTotalCount()),
              String.format(Locale.ROOT, "%,.0f", rate),
              millis(h, 50),
              millis(h, 99),
              millis(h, 99.9),
              millis(h, 100)));
    }
  }

  private static String millis(Histogram h, double percentile) {
    return String.format(Locale.ROOT, "%.2f ms", h.getValueAtPercentile(percentile) / 1e6);
  }

  /** One kind of operation; recorded by many threads, read by one. */
  private static final class Series {
    private final Recorder recorder = new Recorder(TimeUnit.MINUTES.toNanos(2), 3);
    private final Histogram total = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);

    void record(long nanos) {
      recorder.recordValue(Math.min(nanos, TimeUnit.MINUTES.toNanos(2)));
    }

    Histogram interval() {
      Histogram h = recorder.getIntervalHistogram();
      total.add(h);
      return h;
    }
  }
}

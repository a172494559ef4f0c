package io.flotilla.client.cli;

import io.flotilla.client.Consistency;
import io.flotilla.client.KeyValue;
import io.flotilla.client.OutcomeUnknownException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** A closed loop per connection: the next request leaves when the last one was answered. */
final class Load {
  private static final long PAUSE_AFTER_ERROR_MS = 50;

  /**
   * What is asked.
   *
   * @param sets percent; the rest are gets
   */
  record Shape(int connections, int sets, int size, int keys, boolean stale) {}

  private final KeyValue kv;
  private final KeyValue reader;
  private final Shape shape;
  private final byte[] value;
  private final Series sets = new Series();
  private final Series gets = new Series();
  private final LongAdder errors = new LongAdder();
  private final LongAdder unknown = new LongAdder();
  private volatile boolean stopped;

  Load(KeyValue kv, Shape shape) {
    this.kv = kv;
    this.reader = shape.stale() ? kv.with(Consistency.STALE) : kv;
    this.shape = shape;
    this.value = new byte[shape.size()];
    Arrays.fill(value, (byte) 'x');
  }

  void start() {
    for (int i = 0; i < shape.connections(); i++) {
      next(new SplittableRandom(i));
    }
  }

  void stop() {
    stopped = true;
  }

  private void next(SplittableRandom random) {
    if (stopped) {
      return;
    }
    String key = String.format("key-%04d", random.nextInt(shape.keys()));
    boolean set = random.nextInt(100) < shape.sets();
    long began = System.nanoTime();
    CompletableFuture<?> sent = set ? kv.set(key, value) : reader.get(key);
    sent.whenComplete(
        (answer, failure) -> {
          if (failure == null) {
            (set ? sets : gets).record(System.nanoTime() - began);
            next(random);
          } else {
            count(failure);
            // Not at once: a cluster without a leader is not helped by a storm of requests.
            CompletableFuture.delayedExecutor(PAUSE_AFTER_ERROR_MS, TimeUnit.MILLISECONDS)
                .execute(() -> next(random));
          }
        });
  }

  private void count(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    (cause instanceof OutcomeUnknownException ? unknown : errors).increment();
  }

  /** Forgets what was counted so far. */
  void countFromHere() {
    sets.total.reset();
    gets.total.reset();
    errors.reset();
    unknown.reset();
  }

  /** What happened since the last call, in one line, with about one second between calls. */
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
    List<String> lines = new ArrayList<>();
    String row = "%-5s %12s %12s %10s %10s %10s %10s";
    lines.add(String.format(row, "", "count", "per second", "p50", "p99", "p99.9", "max"));
    line(lines, row, "set", sets.total, time);
    line(lines, row, "get", gets.total, time);
    if (errors.sum() + unknown.sum() > 0) {
      lines.add(errors.sum() + " failed, " + unknown.sum() + " with an unknown outcome");
    }
    return new Figures(sets.total.getTotalCount() + gets.total.getTotalCount(), lines);
  }

  record Figures(long operations, List<String> lines) {}

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

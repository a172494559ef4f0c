package io.flotilla.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.flotilla.async.Futures;
import io.flotilla.client.Entry;
import io.flotilla.client.Flotilla;
import io.flotilla.client.KeyValue;
import io.flotilla.client.OutcomeUnknownException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Writes new keys at a chosen rate, counts what becomes of them, and reads back whatever was
 * acknowledged. One thread has all of its state. What is kept is bounded: of the oldest keys those
 * acknowledged are read back once more, and then all are deleted.
 */
final class UpLoad implements AutoCloseable {
  static final int MOST_PER_SECOND = 2000;
  static final String PREFIX = "demo/load/";

  /** What can be read back in one answer. */
  static final int SEGMENT = 10_000;

  private static final int SEGMENTS_KEPT = 10;
  private static final int OUTSTANDING = 1000;
  private static final int TICK_MILLIS = 10;
  private static final int BUCKETS = 300;
  private static final long BUCKET_NANOS = 100_000_000;

  /** Keys that are read back, and deleted, together. */
  private static final class Segment {
    private final String prefix;
    private final BitSet acknowledged = new BitSet(SEGMENT);
    private int sent;

    Segment(String run, int number) {
      prefix = run + String.format("%06d/", number);
    }

    String key(int n) {
      return prefix + String.format("%05d", n);
    }

    /** Computed from the key, so that it need not be kept. */
    String value(int n) {
      return "value " + n + " of " + prefix;
    }
  }

  /**
   * @param rate writes a second that are wanted
   * @param acknowledged since {@code up} was started, as are the next two
   * @param unknown neither acknowledged nor refused: may exist or not
   * @param refused nothing was done
   * @param readBack of those acknowledged, when they were last read back
   * @param lost of those read back; -1: nothing was read back yet
   * @param problem why they could not be read back, or null
   * @param longestGapMillis between two acknowledgements while writes were wanted
   * @param gapMillis since the last acknowledgement, while writes are wanted
   * @param perTenth acknowledgements in each tenth of a second, the latest last
   */
  record Counts(
      @JsonProperty("Rate") int rate,
      @JsonProperty("Acknowledged") long acknowledged,
      @JsonProperty("Unknown") long unknown,
      @JsonProperty("Refused") long refused,
      @JsonProperty("UnderWay") int underWay,
      @JsonProperty("ReadBack") long readBack,
      @JsonProperty("Lost") long lost,
      @JsonProperty("Problem") String problem,
      @JsonProperty("LongestGapMillis") long longestGapMillis,
      @JsonProperty("GapMillis") long gapMillis,
      @JsonProperty("PerTenth") int[] perTenth) {}

  private final Supplier<Flotilla> connect;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread t = new Thread(task, "load");
            t.setDaemon(true);
            return t;
          });

  private final String run = PREFIX + UUID.randomUUID() + "/";
  private Flotilla flotilla;
  private final Deque<Segment> segments = new ArrayDeque<>();
  private final int[] perTenth = new int[BUCKETS];
  private long bucket;
  private int numbers;
  private int rate;
  private double due;
  private long ticked;
  private int underWay;
  private long acknowledged;
  private long unknown;
  private long refused;
  private long since;
  private long longestGap;
  private boolean reading;
  private boolean readAgain;
  private long readBack;
  private long lost = -1;

  /** Of those that are no longer kept. */
  private long readBefore;

  private long lostBefore;
  private String problem;

  /**
   * @param connect to the cluster as it is then
   */
  UpLoad(Supplier<Flotilla> connect, LongSupplier nanoTime) {
    this.connect = connect;
    this.nanoTime = nanoTime;
    this.bucket = nanoTime.getAsLong() / BUCKET_NANOS;
    thread.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  CompletableFuture<Counts> counts() {
    return CompletableFuture.supplyAsync(this::count, thread);
  }

  /** 0: none from now on; then all that is kept is read back. */
  CompletableFuture<Counts> write(int perSecond) {
    return CompletableFuture.supplyAsync(
        () -> {
          set(perSecond);
          return count();
        },
        thread);
  }

  CompletableFuture<Counts> verify() {
    return CompletableFuture.supplyAsync(
        () -> {
          readAll();
          return count();
        },
        thread);
  }

  private void set(int perSecond) {
    if (rate == 0 && perSecond > 0) {
      if (flotilla != null) {
        flotilla.close();
      }
      flotilla = connect.get();
      forgetEarlierRuns();
      since = nanoTime.getAsLong();
      ticked = since;
      due = 0;
    } else if (rate > 0 && perSecond == 0) {
      endGap();
    }
    rate = perSecond;
    readAtTheEnd();
  }

  private void readAtTheEnd() {
    if (rate == 0 && underWay == 0) {
      readAll();
    }
  }

  /** Whose keys are others than this run's, so it doesn't matter when that is done. */
  private void forgetEarlierRuns() {
    KeyValue kv = flotilla.kv();
    kv.keys(PREFIX, "/")
        .thenAccept(
            runs -> runs.stream().filter(other -> !other.equals(run)).forEach(kv::deleteAll));
  }

  private Counts count() {
    shiftBuckets();
    long gap = rate == 0 ? 0 : nanoTime.getAsLong() - since;
    return new Counts(
        rate,
        acknowledged,
        unknown,
        refused,
        underWay,
        readBack,
        lost,
        problem,
        Math.max(longestGap, gap) / 1_000_000,
        gap / 1_000_000,
        perTenth.clone());
  }

  // ---- writing

  private void tick() {
    shiftBuckets();
    long now = nanoTime.getAsLong();
    due = Math.min(OUTSTANDING, due + rate * (now - ticked) / 1e9);
    ticked = now;
    while (rate > 0 && due >= 1 && underWay < OUTSTANDING) {
      due--;
      send();
    }
  }

  private void send() {
    Segment segment = segments.peekLast();
    if (segment == null || segment.sent == SEGMENT) {
      segment = new Segment(run, numbers++);
      segments.add(segment);
      retire();
    }
    int n = segment.sent++;
    Segment to = segment;
    underWay++;
    flotilla
        .kv()
        .set(to.key(n), to.value(n))
        .whenComplete((done, failure) -> here(() -> ended(to, n, failure)));
  }

  private void here(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      // Closed.
    }
  }

  private void ended(Segment segment, int n, Throwable failure) {
    underWay--;
    if (failure == null) {
      acknowledged++;
      segment.acknowledged.set(n);
      shiftBuckets();
      perTenth[BUCKETS - 1]++;
      endGap();
    } else if (Futures.unwrap(failure) instanceof OutcomeUnknownException) {
      unknown++;
    } else {
      refused++;
    }
    readAtTheEnd();
  }

  private void endGap() {
    long now = nanoTime.getAsLong();
    if (rate > 0) {
      longestGap = Math.max(longestGap, now - since);
    }
    since = now;
  }

  private void shiftBuckets() {
    long now = nanoTime.getAsLong() / BUCKET_NANOS;
    int by = (int) Math.min(BUCKETS, now - bucket);
    if (by > 0) {
      System.arraycopy(perTenth, by, perTenth, 0, BUCKETS - by);
      Arrays.fill(perTenth, BUCKETS - by, BUCKETS, 0);
      bucket = now;
    }
  }

  // ---- reading back

  private static final class Found {
    private long read;
    private long lost;
  }

  private void readAll() {
    readAgain = reading;
    if (reading || flotilla == null) {
      return;
    }
    reading = true;
    Found found = new Found();
    readNext(List.copyOf(segments).iterator(), found)
        .whenComplete(
            (done, failure) ->
                here(
                    () -> {
                      reading = false;
                      problem = failure == null ? null : Futures.unwrap(failure).getMessage();
                      if (failure == null) {
                        readBack = readBefore + found.read;
                        lost = lostBefore + found.lost;
                      }
                      if (readAgain) {
                        readAll();
                      }
                    }));
  }

  private CompletableFuture<Void> readNext(Iterator<Segment> rest, Found found) {
    return rest.hasNext()
        ? read(rest.next(), found).thenComposeAsync(done -> readNext(rest, found), thread)
        : CompletableFuture.completedFuture(null);
  }

  /** On this thread, so that what is acknowledged now was so before the question. */
  private CompletableFuture<Void> read(Segment segment, Found found) {
    BitSet expected = (BitSet) segment.acknowledged.clone();
    return flotilla
        .kv()
        .list(segment.prefix)
        .thenAcceptAsync(entries -> compare(segment, expected, entries, found), thread);
  }

  private static void compare(Segment segment, BitSet expected, List<Entry> entries, Found found) {
    Map<String, String> stored = new HashMap<>();
    entries.forEach(entry -> stored.put(entry.key(), entry.text()));
    expected.stream()
        .filter(n -> !segment.value(n).equals(stored.get(segment.key(n))))
        .forEach(n -> found.lost++);
    found.read += expected.cardinality();
  }

  /** The oldest is read for the last time, and deleted if that could be done. */
  private void retire() {
    if (segments.size() <= SEGMENTS_KEPT) {
      return;
    }
    Segment oldest = segments.remove();
    Found found = new Found();
    read(oldest, found)
        .whenComplete(
            (done, failure) ->
                here(
                    () -> {
                      if (failure == null) {
                        readBefore += found.read;
                        lostBefore += found.lost;
                        flotilla.kv().deleteAll(oldest.prefix);
                      } else {
                        problem = Futures.unwrap(failure).getMessage();
                      }
                    }));
  }

  @Override
  public void close() {
    thread.shutdownNow();
    if (flotilla != null) {
      flotilla.close();
    }
  }
}

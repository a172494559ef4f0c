package io.flotilla.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.Entry;
import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import io.flotilla.client.KeyValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writers and readers while nodes are killed, paused, restarted and lose their disks. Half a minute
 * by default; {@code mvn verify -Dit.test=TortureIT -Dtest.jvm=-Dtorture.minutes=30} for longer,
 * {@code -Dtorture.seed=N} for other faults.
 *
 * <p>Each writer creates token after token under a key of its own with {@code cas=0}, and keeps the
 * number of the last one in a register. The create index of an acknowledged token is its place in
 * the total order of writes. Readers read registers: no value may be older than what was
 * acknowledged to its writer before the read began, or seen by any reader.
 */
class TortureIT {
  private static final int WRITERS = 8;
  private static final int READERS = 4;
  private static final long SEED = Long.getLong("torture.seed", 1);
  private static final Duration LENGTH =
      Double.parseDouble(System.getProperty("torture.minutes", "0.5")) > 0
          ? Duration.ofMillis(
              (long) (Double.parseDouble(System.getProperty("torture.minutes", "0.5")) * 60_000))
          : Duration.ofSeconds(30);

  @TempDir Path data;

  private final Map<String, Boolean> acknowledged = new ConcurrentHashMap<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final AtomicIntegerArray told = new AtomicIntegerArray(WRITERS);
  private final AtomicIntegerArray begun = new AtomicIntegerArray(WRITERS);
  private final AtomicIntegerArray seen = new AtomicIntegerArray(WRITERS);
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private volatile boolean over;

  @Test
  void every_acknowledged_write_is_there_once_and_no_read_is_stale() throws Exception {
    try (RealCluster cluster = RealCluster.start(data, 3)) {
      CountDownLatch done = new CountDownLatch(WRITERS + READERS);
      ExecutorService threads = Executors.newCachedThreadPool();
      for (int w = 0; w < WRITERS; w++) {
        int writer = w;
        threads.execute(() -> run(cluster, done, kv -> write(kv, writer)));
      }
      for (int r = 0; r < READERS; r++) {
        Random random = new Random(SEED * 100 + r);
        threads.execute(() -> run(cluster, done, kv -> read(kv, random.nextInt(WRITERS))));
      }
      List<String> faults = torment(cluster);
      over = true;
      assertThat(done.await(RealCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      threads.shutdown();
      cluster.awaitReady();
      cluster.awaitInSync();
      check(cluster);
      System.out.printf(
          "torture: seed %d, %d writes acknowledged, %d unknown, %d reads, faults %s%n",
          SEED, acknowledged.size(), unknown.get(), reads.get(), faults);
    }
  }

  private interface Step {
    void with(KeyValue kv) throws FlotillaException;
  }

  private void run(RealCluster cluster, CountDownLatch done, Step step) {
    try (Flotilla client =
        Flotilla.builder(cluster.addresses()).deadline(Duration.ofSeconds(30)).build()) {
      while (!over) {
        try {
          step.with(client.kv());
        } catch (FlotillaException e) {
          unknown.incrementAndGet();
        }
      }
    } catch (RuntimeException | Error e) {
      violations.add("a worker failed: " + e);
    } finally {
      done.countDown();
    }
  }

  private void write(KeyValue kv, int writer) {
    int n = begun.incrementAndGet(writer);
    String key = "token/" + writer + "/" + n;
    boolean created = Flotilla.await(kv.compareAndSet(key, ("" + n).getBytes(UTF_8), 0));
    if (!created) {
      violations.add(key + " was there before it was written: it was done twice");
    }
    acknowledged.put(key, true);
    // A write with an unknown outcome may still take effect, but with cas not after a later one.
    byte[] value = ("" + n).getBytes(UTF_8);
    String register = "register/" + writer;
    while (!Flotilla.await(kv.compareAndSet(register, value, modifyIndex(kv, register)))) {
      Thread.onSpinWait();
    }
    told.set(writer, n);
  }

  private static long modifyIndex(KeyValue kv, String key) {
    return Flotilla.await(kv.get(key)).map(Entry::modifyIndex).orElse(0L);
  }

  private void read(KeyValue kv, int writer) {
    int before = Math.max(told.get(writer), seen.get(writer));
    int value =
        Flotilla.await(kv.get("register/" + writer)).map(e -> Integer.parseInt(e.text())).orElse(0);
    int after = begun.get(writer);
    if (value < before || value > after) {
      violations.add(
          "register/" + writer + " was read as " + value + ", expected " + before + " to " + after);
    }
    seen.accumulateAndGet(writer, value, Math::max);
    reads.incrementAndGet();
  }

  /** One fault after another; each leaves a majority of the disks as they were. */
  private static List<String> torment(RealCluster cluster) throws InterruptedException {
    Random random = new Random(SEED);
    List<String> faults = new ArrayList<>();
    long end = System.nanoTime() + LENGTH.toNanos();
    for (int i = 0; System.nanoTime() < end || i < 5; i++) {
      int node = random.nextInt(cluster.size());
      String fault = List.of("kill", "pause", "lost disk", "kill owner", "kill all").get(i % 5);
      faults.add(fault + " n" + (node + 1));
      switch (fault) {
        case "kill" -> killAndRestart(cluster, node, random);
        case "kill owner" -> killAndRestart(cluster, cluster.ownerOf("default"), random);
        case "pause" -> {
          cluster.pause(node);
          TimeUnit.MILLISECONDS.sleep(2_000 + random.nextInt(6_000));
          cluster.resume(node);
        }
        case "lost disk" -> {
          cluster.kill(node);
          cluster.wipe(node);
          cluster.start(node);
        }
        default -> {
          for (int n = 0; n < cluster.size(); n++) {
            cluster.kill(n);
          }
          cluster.startAll();
        }
      }
      cluster.awaitReady();
      cluster.awaitInSync();
    }
    return faults;
  }

  private static void killAndRestart(RealCluster cluster, int node, Random random)
      throws InterruptedException {
    cluster.kill(node);
    TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(3_000));
    cluster.start(node);
  }

  private void check(RealCluster cluster) {
    Map<String, Long> found = new HashMap<>();
    Map<Long, String> byIndex = new HashMap<>();
    try (Flotilla client = cluster.client()) {
      for (int w = 0; w < WRITERS; w++) {
        for (Entry e : Flotilla.await(client.kv().list("token/" + w + "/"))) {
          found.put(e.key(), e.createIndex());
          String other = byIndex.put(e.createIndex(), e.key());
          if (other != null) {
            violations.add(e.key() + " and " + other + " share an index");
          }
          if (e.createIndex() != e.modifyIndex()) {
            violations.add(e.key() + " was written twice");
          }
        }
      }
    }
    assertThat(violations).isEmpty();
    assertThat(found.keySet()).containsAll(acknowledged.keySet());
    for (int w = 0; w < WRITERS; w++) {
      List<Long> inOrder = new ArrayList<>();
      for (int n = 1; n <= begun.get(w); n++) {
        Long index = found.get("token/" + w + "/" + n);
        if (index != null) {
          inOrder.add(index);
        }
      }
      List<Long> sorted = new ArrayList<>(inOrder);
      Collections.sort(sorted);
      assertThat(inOrder).as("the order of writer %d's tokens", w).isEqualTo(sorted);
    }
    assertThat(acknowledged).as("writes acknowledged").hasSizeGreaterThan(100);
  }
}

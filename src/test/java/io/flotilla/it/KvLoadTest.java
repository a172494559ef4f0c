package io.flotilla.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.flotilla.lab.check.Linearizability.RegisterOp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That the load, its history and the checker find what a faulty store does to its clients. */
class KvLoadTest {
  private enum Fault {
    /** Now and then an answer says that the outcome is unknown: it is done, done late, or not. */
    NONE,
    STALE_READS,
    LOSES_WRITES,
    COMPARES_NOTHING,
    REPEATS_UNKNOWN_WRITES,
    REFUSES_WHAT_IT_DOES,
    INVENTS_VALUES
  }

  /** One value each, as Consul's API has it. One request at a time. */
  private static final class Store implements AutoCloseable {
    private record Entry(String value, long index) {}

    private record Put(String key, String value, long cas) {}

    private static final long ANY = -1;

    private static final Set<String> FAILURES = Set.of("unavailable", "outcome-unknown");

    private final Random random = new Random(1);
    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, Entry> before = new HashMap<>();
    private final List<Put> late = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(16);
    private final HttpServer server;
    private final Fault fault;
    private long index;

    Store(Fault fault) throws IOException {
      this.fault = fault;
      server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
      server.createContext("/v1/kv/load/", this::handle);
      server.setExecutor(threads);
      server.start();
    }

    String address() {
      return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
      String key = exchange.getRequestURI().getPath().substring("/v1/kv/load/".length());
      String query = exchange.getRequestURI().getQuery();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String answer =
          switch (exchange.getRequestMethod()) {
            case "GET" -> get(key);
            case "PUT" -> put(new Put(key, body, query == null ? ANY : number(query)));
            default -> put(new Put(key, null, ANY));
          };
      byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
      boolean failed = FAILURES.contains(answer);
      int status = answer.isEmpty() ? 404 : failed ? 500 : 200;
      if (failed) {
        exchange.getResponseHeaders().set("X-Flotilla-Error", answer);
      }
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      if (bytes.length > 0) {
        exchange.getResponseBody().write(bytes);
      }
      exchange.close();
    }

    private static long number(String query) {
      return Long.parseLong(query.substring("cas=".length()));
    }

    private synchronized String get(String key) {
      doWhatIsLate();
      if (key.isEmpty()) {
        List<String> all = new ArrayList<>();
        entries.forEach((k, entry) -> all.add(json(k, entry)));
        return all.isEmpty() ? "" : "[" + String.join(",", all) + "]";
      }
      boolean wrong = random.nextInt(10) == 0;
      Entry entry = entries.get(key);
      if (fault == Fault.STALE_READS && wrong) {
        entry = before.get(key);
      } else if (fault == Fault.INVENTS_VALUES && wrong && entry != null) {
        entry = new Entry("invented", entry.index());
      }
      return entry == null ? "" : "[" + json(key, entry) + "]";
    }

    private static String json(String key, Entry entry) {
      String value =
          Base64.getEncoder().encodeToString(entry.value().getBytes(StandardCharsets.UTF_8));
      return "{\"Key\":\"load/%s\",\"Value\":\"%s\",\"ModifyIndex\":%d}"
          .formatted(key, value, entry.index());
    }

    private synchronized String put(Put put) {
      doWhatIsLate();
      boolean special = random.nextInt(10) == 0;
      if (special && fault == Fault.LOSES_WRITES) {
        return "true";
      }
      if (special && fault == Fault.REFUSES_WHAT_IT_DOES) {
        apply(put);
        return "unavailable";
      }
      if (special) {
        leaveUnknown(put);
        return "outcome-unknown";
      }
      return Boolean.toString(apply(put));
    }

    private void leaveUnknown(Put put) {
      int what = random.nextInt(3);
      if (what == 0 || fault == Fault.REPEATS_UNKNOWN_WRITES) {
        apply(put);
      }
      if (what == 1 || fault == Fault.REPEATS_UNKNOWN_WRITES) {
        late.add(put);
      }
    }

    private void doWhatIsLate() {
      if (!late.isEmpty() && random.nextInt(10) == 0) {
        apply(late.remove(random.nextInt(late.size())));
      }
    }

    private boolean apply(Put put) {
      Entry old = entries.get(put.key());
      boolean meets = put.cas() == ANY || put.cas() == (old == null ? 0 : old.index());
      if (meets || fault == Fault.COMPARES_NOTHING) {
        before.put(put.key(), old);
        index++;
        if (put.value() == null) {
          entries.remove(put.key());
        } else {
          entries.put(put.key(), new Entry(put.value(), index));
        }
        return true;
      }
      return false;
    }

    @Override
    public void close() {
      server.stop(0);
      threads.shutdownNow();
    }
  }

  private static KvHistory run(Fault fault, long seed) throws Exception {
    try (Store store = new Store(fault);
        KvLoad load = new KvLoad(List.of(store.address(), store.address()), Optional.empty())) {
      load.start(8, 100, Duration.ofMillis(1), seed);
      KvHistory history = load.await();
      load.readAll(0);
      load.readAll(1);
      return history;
    }
  }

  @Test
  void a_store_that_keeps_its_promises_passes() throws Exception {
    KvHistory history = run(Fault.NONE, 7);
    assertThat(history.unexplained()).isEmpty();
    assertThat(history.counts())
        .containsKeys("Read", "Write", "Write unknown", "CompareAndSet", "CompareAndSet unknown")
        .containsKeys("CompareAndSet refused");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void a_faulty_one_is_found_out(Fault fault) throws Exception {
    KvHistory history = runUntilFoundOut(fault);
    assertThat(history.unexplained()).isNotEmpty();
    history.unexplained().forEach((key, op) -> assertThat(history.around(key, op)).contains(key));
  }

  /**
   * Nearly always in the first run. But threads take turns as they like, and a write that is done
   * twice leaves no trace if nobody else was at its key in between.
   */
  private static KvHistory runUntilFoundOut(Fault fault) throws Exception {
    KvHistory history = run(fault, 7);
    for (int seed = 8; history.unexplained().isEmpty() && seed < 20; seed++) {
      history = run(fault, seed);
    }
    return history;
  }

  @Test
  void a_gap_is_the_longest_time_without_an_acknowledged_write() {
    long[] now = {0};
    KvHistory history = new KvHistory(() -> now[0]);
    RegisterOp write = RegisterOp.write("a");
    for (int second : new int[] {1, 2, 6, 8}) {
      now[0] = Duration.ofSeconds(second).toNanos();
      history.answered(second % 2, "k", write, now[0]);
    }
    history.unknown(0, "k", write, 0);
    long end = Duration.ofSeconds(9).toNanos();
    assertThat(history.longestGap(0, end, node -> true)).isEqualTo(Duration.ofSeconds(4));
    assertThat(history.longestGap(0, end, node -> node == 1)).isEqualTo(Duration.ofSeconds(8));
    long three = Duration.ofSeconds(3).toNanos();
    assertThat(history.longestGap(three, end, node -> true)).isEqualTo(Duration.ofSeconds(3));
  }
}

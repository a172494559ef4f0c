package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flotilla.memory.Budgets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lossless watches over real connections. */
class WatchRoutesTest {
  /** Patient with slow clients: on a busy machine, too, they are cut off for what they leave. */
  private static final TestServer SERVER =
      new TestServer(
          Budgets.shares(0.2, 0.2, 0.2, 0.2, 0.2), 1, Duration.ofHours(1), Duration.ofHours(1));

  private final String namespace = UUID.randomUUID().toString();
  private final String ns = "ns=" + namespace;

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private record Event(String name, long id, JsonNode data) {}

  /** Reads server-sent events as they come. */
  private static final class Watch implements AutoCloseable {
    private final InputStream stream;
    private final BufferedReader lines;

    Watch(String query) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(SERVER.base() + "/watch?" + query)).build();
      try {
        HttpResponse<InputStream> response =
            SERVER.client().send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse(""))
            .startsWith("text/event-stream");
        stream = response.body();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
      lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /** Null at the end of the answer. */
    Event next() {
      String name = null;
      long id = -1;
      JsonNode data = null;
      try {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("event: ")) {
            name = line.substring(7);
          } else if (line.startsWith("id: ")) {
            id = Long.parseLong(line.substring(4));
          } else if (line.startsWith("data: ")) {
            data = Json.MAPPER.readTree(line.substring(6));
          } else if (line.isEmpty() && name != null) {
            return new Event(name, id, data);
          }
        }
        return null;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  private void put(String key, String value) {
    assertThat(SERVER.put("/kv/" + key + "?" + ns, value).body()).isEqualTo("true");
  }

  @Test
  void a_watch_tells_what_was_and_what_comes_after_its_index() throws IOException {
    put("p/a", "1");
    put("other", "1");
    try (Watch watch = new Watch("prefix=p/&index=0&" + ns)) {
      Event first = watch.next();
      Event then = first.name().equals("start") ? watch.next() : first;
      assertThat(then.name()).isEqualTo("change");
      assertThat(then.id()).isEqualTo(2);
      assertThat(then.data().path("Op").asText()).isEqualTo("set");
      assertThat(then.data().path("Key").asText()).isEqualTo("p/a");
      assertThat(then.data().path("Value").asText()).isEqualTo("MQ==");
      put("p/b", "2");
      SERVER.send("DELETE", "/kv/p/a?" + ns, null);
      assertThat(watch.next().data().path("Key").asText()).isEqualTo("p/b");
      assertThat(watch.next().data().path("Op").asText()).isEqualTo("delete");
    }
  }

  @Test
  void a_watch_without_an_index_starts_now() throws IOException {
    put("a", "1");
    try (Watch watch = new Watch("prefix=&" + ns)) {
      Event start = watch.next();
      assertThat(start.name()).isEqualTo("start");
      assertThat(start.data().path("Index").asLong()).isEqualTo(2);
      put("b", "1");
      assertThat(watch.next().id()).isEqualTo(3);
    }
  }

  @Test
  void many_watchers_of_one_prefix_all_see_every_change_also_across_a_failover()
      throws IOException {
    int before = SERVER.store.watches();
    List<Watch> watches = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      watches.add(new Watch("prefix=p/&index=1&" + ns));
    }
    for (int i = 0; i < 30; i++) {
      put("p/" + i, "x");
      if (i % 10 == 5) {
        SERVER.failOver(namespace);
      }
    }
    for (Watch watch : watches) {
      List<Long> seen = new ArrayList<>();
      while (seen.size() < 30) {
        Event event = watch.next();
        if (event.name().equals("change")) {
          seen.add(event.id());
        }
      }
      assertThat(seen).isSorted().doesNotHaveDuplicates().startsWith(2L).endsWith(31L);
      watch.close();
    }
    assertThat(SERVER.store.watches()).isLessThanOrEqualTo(before + 1);
  }

  @Test
  void an_index_that_is_too_old_is_answered_with_the_oldest_that_can_be_had() throws IOException {
    for (int i = 0; i < 12; i++) {
      put("k", i + "x".repeat(500_000));
    }
    long oldest;
    try (Watch watch = new Watch("index=2&" + ns)) {
      Event event = watch.next();
      while (event.name().equals("start")) {
        event = watch.next();
      }
      assertThat(event.name()).isEqualTo("compacted");
      oldest = event.data().path("OldestIndex").asLong();
      assertThat(watch.next()).isNull();
    }
    try (Watch watch = new Watch("index=" + oldest + "&" + ns)) {
      assertThat(watch.next().id()).isEqualTo(oldest + 1);
    }
  }

  @Test
  void a_watcher_that_does_not_read_is_told_and_cut_off_and_slows_nobody() throws IOException {
    try (Watch lazy = new Watch("prefix=&" + ns)) {
      assertThat(lazy.next().name()).isEqualTo("start");
      // Small enough for those that do read to keep up: 4 MiB are remembered for them.
      for (int i = 0; i < 700; i++) {
        put("k", i + "x".repeat(50_000));
      }
      Event last = null;
      for (Event event = lazy.next(); event != null; event = lazy.next()) {
        last = event;
      }
      assertThat(last.name()).isEqualTo("slow");
    }
  }

  @Test
  @Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void clients_that_hang_up_while_changes_come_deafen_nobody() throws IOException {
    String query = "prefix=h/&" + ns;
    AtomicLong written = new AtomicLong(1);
    try (Watch before = new Watch(query)) {
      assertThat(before.next().name()).isEqualTo("start");
      HangUps.during(
          SERVER,
          "/watch?" + query,
          100,
          () -> put("h/a", Long.toString(written.incrementAndGet())));
      try (Watch after = new Watch(query)) {
        assertThat(after.next().name()).isEqualTo("start");
        put("h/last", "");
        Event event = after.next();
        while (!event.data().path("Key").asText().equals("h/last")) {
          event = after.next();
        }
      }
      for (long index = 2; index <= written.get() + 1; index++) {
        assertThat(before.next().id()).isEqualTo(index);
      }
    }
  }

  @Test
  void sessions_are_told_to_who_asks_for_everything() throws IOException {
    try (Watch watch = new Watch("sessions&index=1&" + ns)) {
      SERVER.put("/session/create?" + ns, "");
      Event event = watch.next();
      while (event.name().equals("start")) {
        event = watch.next();
      }
      assertThat(event.data().path("Op").asText()).isEqualTo("session-create");
      assertThat(event.data().path("Session").asText()).isNotEmpty();
    }
  }
}

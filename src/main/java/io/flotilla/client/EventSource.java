package io.flotilla.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.StringJoiner;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) of one path.
 * When a connection breaks or falls silent, it continues at the next address after the last id
 * seen.
 */
final class EventSource {
  /**
   * One event.
   *
   * @param name {@code message} unless the server named it
   * @param id that of the last event that had one; null if none had
   * @param data its lines, joined by line feeds
   */
  record Event(String name, String id, String data) {}

  /** The server sends a comment every 10 s; silence for longer means the connection is gone. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 2000;

  private static final ScheduledExecutorService WATCHDOG =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "flotilla-streams");
            thread.setDaemon(true);
            return thread;
          });

  private final Transport transport;
  private final String path;
  private final Predicate<Event> handler;
  private volatile String lastId;
  private volatile boolean closed;
  private volatile InputStream stream;

  /** Since when the next line is awaited, by {@link System#nanoTime}; 0: it isn't. */
  private volatile long awaitedSince;

  /**
   * @param lastId the stream starts after this event; null: where the path says
   * @param handler called on the thread that runs this; returns whether to continue
   */
  EventSource(Transport transport, String path, String lastId, Predicate<Event> handler) {
    this.transport = transport;
    this.path = path;
    this.lastId = lastId;
    this.handler = handler;
  }

  String lastId() {
    return lastId;
  }

  /**
   * Reads until it is closed or the handler returns false.
   *
   * @throws FlotillaException if the server refuses the request
   */
  void run() throws InterruptedException {
    URI address = transport.preferred();
    long pause = FIRST_PAUSE_MILLIS;
    while (!closed) {
      String before = lastId;
      String reason;
      try {
        reason = read(address);
        if (reason == null) {
          return;
        }
      } catch (IOException e) {
        reason = "connection lost";
      }
      if (!closed) {
        boolean progress = lastId != null && !lastId.equals(before);
        pause = progress ? FIRST_PAUSE_MILLIS : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        TimeUnit.MILLISECONDS.sleep(pause);
        address = transport.moveOn(address, reason);
      }
    }
  }

  /** Returns why the stream must continue elsewhere; null if it is over for good. */
  private String read(URI address) throws IOException, InterruptedException {
    HttpResponse<InputStream> response = transport.open(address, path, lastId);
    stream = response.body();
    ScheduledFuture<?> watch =
        WATCHDOG.scheduleWithFixedDelay(
            () -> closeIfSilent(response.body()), 1, 1, TimeUnit.SECONDS);
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        int status = response.statusCode();
        Jackson.Problem problem = Jackson.problem(status, response.headers(), body.readAllBytes());
        if (status == 429 || status >= 500) {
          return problem.message();
        }
        throw new FlotillaException(status, problem.code(), problem.message(), null);
      }
      return closed || !events(body) ? null : "connection ended";
    } finally {
      watch.cancel(false);
    }
  }

  /** Reads to the end of the stream; returns whether to continue elsewhere. */
  private boolean events(InputStream body) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    String name = "message";
    String id = lastId;
    StringJoiner data = null;
    for (String line = next(lines); line != null; line = next(lines)) {
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("event: ")) {
        name = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data = (data == null ? new StringJoiner("\n") : data).add(line.substring(6));
      } else if (line.isEmpty()) {
        lastId = id; // only now: an event that was cut off is sent once more
        if (data != null && !handler.test(new Event(name, lastId, data.toString()))) {
          return false;
        }
        name = "message";
        data = null;
      }
    }
    return !closed;
  }

  /** The next line; the stream is closed if it does not come in time. */
  private String next(BufferedReader lines) throws IOException {
    awaitedSince = System.nanoTime() | 1;
    try {
      return lines.readLine();
    } finally {
      awaitedSince = 0;
    }
  }

  private void closeIfSilent(InputStream body) {
    long since = awaitedSince;
    if (since != 0 && System.nanoTime() - since > SILENCE.toNanos()) {
      close(body);
    }
  }

  /** May be called from any thread. */
  void close() {
    closed = true;
    InputStream open = stream;
    if (open != null) {
      close(open);
    }
  }

  private static void close(InputStream open) {
    try {
      open.close();
    } catch (IOException e) {
      // it is closed all the same
    }
  }
}

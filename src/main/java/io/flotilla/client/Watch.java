package io.flotilla.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Every change under a prefix, once and in order. When a connection breaks it goes on at the next
 * address after the last index seen, so nothing is missed and nothing comes twice.
 */
public final class Watch {
  /** The server sends a comment every 10 s; silence for longer means the connection is gone. */
  private static final Duration CONNECT = Duration.ofSeconds(3);

  private static final long PAUSE_MILLIS = 250;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private final List<URI> addresses;
  private final String token;
  private final String path;
  private long index;
  private volatile boolean closed;
  private volatile InputStream stream;

  /**
   * @param path of the watch with all but the index
   * @param index the watch begins after it; -1: now
   */
  Watch(List<URI> addresses, String token, Path path, long index) {
    this.addresses = addresses;
    this.token = token;
    this.path = path.toString();
    this.index = index;
  }

  /**
   * Hands on what happens, on this thread, until the watch is closed or the server ends it: then
   * the last event is {@code compacted} and the caller must read the keys anew.
   *
   * @throws FlotillaException when the server refuses the watch
   */
  public void run(Consumer<WatchEvent> events) throws InterruptedException {
    for (int attempt = 0; !closed; attempt++) {
      try {
        if (read(addresses.get(attempt % addresses.size()), events)) {
          return;
        }
      } catch (IOException e) {
        // the next address, from where this one ended
      }
      if (!closed) {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** Returns whether the watch is over for good. */
  private boolean read(URI address, Consumer<WatchEvent> events)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path + (index < 0 ? "" : "&index=" + index)));
    if (token != null) {
      request.header("X-Consul-Token", token);
    }
    HttpResponse<InputStream> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() >= 500) {
      response.body().close();
      return false;
    } else if (response.statusCode() != 200) {
      Json.Problem p = Json.problem(response.statusCode(), response.body().readAllBytes());
      throw new FlotillaException(response.statusCode(), p.code(), p.message(), null);
    }
    stream = response.body();
    try (Scanner lines = new Scanner(stream, StandardCharsets.UTF_8).useDelimiter("\n")) {
      return read(lines, events);
    }
  }

  private boolean read(Scanner lines, Consumer<WatchEvent> events) {
    String name = "";
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith("id: ")) {
        index = Long.parseLong(line.substring(4));
      } else if (line.startsWith("event: ")) {
        name = line.substring(7);
      } else if (line.startsWith("data: ")) {
        events.accept(new WatchEvent(name, index, line.substring(6)));
        if (name.equals("compacted")) {
          return true;
        }
      }
    }
    return closed;
  }

  /** May be called from any thread. */
  public void close() {
    closed = true;
    InputStream open = stream;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // it is closed anyway
      }
    }
  }
}

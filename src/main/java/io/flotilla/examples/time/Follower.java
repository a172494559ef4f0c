package io.flotilla.examples.time;

import io.flotilla.client.Instance;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Receives lines directly from a publisher as long as it lives, then from another. The list of
 * publishers may be updated at any time.
 */
final class Follower {
  private static final Duration CONNECT = Duration.ofSeconds(2);

  /** The pause before a publisher that has just failed is tried again. */
  private static final long PAUSE_MILLIS = 500;

  private final Duration silence;
  private final Consumer<String> lines;
  private final Consumer<String> remarks;

  /** The publishers; null until they are known. */
  private List<Instance> publishers;

  private volatile boolean closed;
  private volatile HttpURLConnection connection;

  /**
   * @param silence how long a publisher may be silent before it counts as dead
   * @param lines receives the lines
   * @param remarks receives what the user should know
   */
  Follower(Duration silence, Consumer<String> lines, Consumer<String> remarks) {
    this.silence = silence;
    this.lines = lines;
    this.remarks = remarks;
  }

  synchronized void publishers(List<Instance> now) {
    publishers = List.copyOf(now);
    notifyAll();
  }

  /** Runs until it is closed. */
  void run() throws InterruptedException {
    String last = null;
    while (!closed) {
      String next = next(last);
      if (next == null) {
        return;
      }
      if (!next.equals(last)) {
        remarks.accept((last == null ? "Connecting to " : "Continuing with ") + next);
      }
      String reason = receive(next);
      if (!closed && reason != null) {
        remarks.accept("Publisher " + next + ": " + reason);
      }
      last = next;
    }
  }

  /** Returns a different publisher, or the last one again after a pause; null once closed. */
  private synchronized String next(String last) throws InterruptedException {
    if (last != null && others(last).isEmpty()) {
      wait(PAUSE_MILLIS);
    }
    boolean told = false;
    while ((publishers == null || publishers.isEmpty()) && !closed) {
      if (publishers != null && !told) {
        told = true;
        remarks.accept("No publisher is registered: waiting for one");
      }
      wait();
    }
    if (closed) {
      return null;
    }
    List<String> others = others(last);
    return others.isEmpty() ? last : others.get(0);
  }

  private List<String> others(String last) {
    return publishers.stream().map(Instance::authority).filter(p -> !p.equals(last)).toList();
  }

  /** Passes on lines until the publisher ends; returns the reason, for people. */
  private String receive(String publisher) {
    try {
      HttpURLConnection open =
          (HttpURLConnection) new URL("http://" + publisher + "/").openConnection(Proxy.NO_PROXY);
      connection = open;
      open.setConnectTimeout((int) CONNECT.toMillis());
      open.setReadTimeout((int) silence.toMillis());
      try (InputStream body = open.getInputStream();
          BufferedReader in =
              new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
        for (String line = in.readLine(); line != null && !closed; line = in.readLine()) {
          lines.accept(line);
        }
        return "it has ended";
      }
    } catch (SocketTimeoutException e) {
      return "no answer in time";
    } catch (IOException e) {
      return "connection lost (" + e.getMessage() + ")";
    }
  }

  /** May be called from any thread. */
  void close() {
    closed = true;
    synchronized (this) {
      notifyAll();
    }
    HttpURLConnection open = connection;
    if (open != null) {
      open.disconnect();
    }
  }
}

package io.flotilla.it;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Requests at a steady rate, whether or not earlier ones are answered, each sent only once on a
 * connection of its own. The outcome of each is recorded. While very many are unanswered none is
 * added, so a machine that can't keep up gets only what it can handle.
 */
final class SteadyLoad implements AutoCloseable {
  /**
   * @param line what was asked, such as {@code GET /}
   * @param begun before connecting, on the clock of {@link System#nanoTime}
   * @param body null if it failed
   * @param failure null if it was answered with 200, and the answer was complete
   */
  record Asked(String line, long begun, long ended, String body, String failure) {
    boolean failed() {
      return failure != null;
    }

    boolean underWayBetween(long from, long to) {
      return begun <= to && ended >= from;
    }
  }

  /** What to send: the request line without the version, and a body. */
  record Request(String line, String body) {
    static Request get(String path) {
      return new Request("GET " + path, "");
    }
  }

  private static final int MAX_UNDER_WAY = 100;

  private final Semaphore room = new Semaphore(MAX_UNDER_WAY);
  private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger next = new AtomicInteger();

  private SteadyLoad(int perSecond, int port, IntFunction<Request> requests) {
    clock.scheduleAtFixedRate(
        () -> {
          if (room.tryAcquire()) {
            Request request = requests.apply(next.getAndIncrement());
            threads.execute(
                () -> {
                  asked.add(ask(port, request));
                  room.release();
                });
          }
        },
        0,
        TimeUnit.SECONDS.toMicros(1) / perSecond,
        TimeUnit.MICROSECONDS);
  }

  /**
   * @param requests by their number
   */
  static SteadyLoad start(int perSecond, int port, IntFunction<Request> requests) {
    return new SteadyLoad(perSecond, port, requests);
  }

  static Asked ask(int port, Request request) {
    long begun = System.nanoTime();
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout((int) RealCluster.PATIENCE.toMillis());
      String head =
          "%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(request.line(), request.body().length(), request.body());
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      String body = end < 0 ? "" : answer.substring(end + 4);
      boolean done =
          answer.startsWith("HTTP/1.1 200 ")
              && answer
                  .toLowerCase(Locale.ROOT)
                  .contains("\ncontent-length: " + body.length() + "\r");
      String failure = done ? null : "not answered well: " + answer;
      return new Asked(request.line(), begun, System.nanoTime(), done ? body : null, failure);
    } catch (IOException e) {
      return new Asked(request.line(), begun, System.nanoTime(), null, e.toString());
    }
  }

  List<Asked> soFar() {
    return List.copyOf(asked);
  }

  /** How often each body was answered, to requests begun in this time. */
  static Map<String, Long> answers(List<Asked> all, long from, long to) {
    return all.stream()
        .filter(a -> !a.failed() && a.begun() >= from && a.begun() <= to)
        .collect(Collectors.groupingBy(Asked::body, TreeMap::new, Collectors.counting()));
  }

  /** Stops, and waits for what is under way. */
  List<Asked> end() throws InterruptedException {
    clock.shutdownNow();
    if (!clock.awaitTermination(120, TimeUnit.SECONDS)) {
      throw new AssertionError("the clock does not end");
    }
    threads.shutdown();
    if (!threads.awaitTermination(2, TimeUnit.MINUTES)) {
      throw new AssertionError("requests do not end");
    }
    return soFar();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    threads.shutdownNow();
  }
}

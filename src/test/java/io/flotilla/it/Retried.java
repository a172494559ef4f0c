package io.flotilla.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.stream.Collectors;

/**
 * Clients that create one key after another. Each asks its own node; if that doesn't answer well,
 * it asks another one, once, as users of a cluster of which one node is being replaced do. What
 * fails then too is a fault.
 */
final class Retried implements AutoCloseable {
  private static final String PREFIX = "/v1/kv/retried/";
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final RealCluster cluster;
  private final List<Thread> threads = new ArrayList<>();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Queue<String> repeated = new ConcurrentLinkedQueue<>();
  private final LongAccumulator slowest = new LongAccumulator(Math::max, 0);
  private final Queue<String> failed = new ConcurrentLinkedQueue<>();
  private volatile int away = -1;
  private volatile boolean over;

  private Retried(RealCluster cluster) {
    this.cluster = cluster;
  }

  static Retried start(RealCluster cluster, int clientsPerNode) {
    Retried load = new Retried(cluster);
    for (int i = 0; i < clientsPerNode * cluster.size(); i++) {
      int client = i;
      Thread thread = new Thread(() -> load.run(client), "client " + i);
      load.threads.add(thread);
      thread.start();
    }
    return load;
  }

  /** This node is being replaced: nobody repeats a request there. */
  void isAway(int node) {
    away = node;
  }

  void isBack() {
    away = -1;
  }

  private void run(int client) {
    int own = client % cluster.size();
    for (int n = 0; !over && failed.isEmpty(); n++) {
      String key = client + "-" + n;
      long begun = System.nanoTime();
      String first = create(own, key);
      if (!first.isEmpty()) {
        repeated.add(first);
        String second = create(another(own), key);
        if (!second.isEmpty()) {
          failed.add(key + ": " + first + "; then " + second);
          return;
        }
      }
      slowest.accumulate(System.nanoTime() - begun);
      acknowledged.add(key);
      try {
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private int another(int own) {
    int next = (own + 1) % cluster.size();
    return next == away ? (next + 1) % cluster.size() : next;
  }

  /** Empty once it is there; otherwise what went wrong. */
  private String create(int node, String key) {
    try {
      HttpResponse<String> answer = send(node, key + "?cas=0", "PUT", key);
      if (answer.statusCode() == 200 && answer.body().equals("true")) {
        return "";
      }
      // Something that failed before may have been done after all.
      boolean there =
          answer.statusCode() == 200 && send(node, key + "?raw", "GET", "").body().equals(key);
      return there ? "" : "n%d: %d %s".formatted(node + 1, answer.statusCode(), answer.body());
    } catch (IOException e) {
      return "n%d: %s".formatted(node + 1, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e.toString();
    }
  }

  private HttpResponse<String> send(int node, String key, String method, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + cluster.address(node) + PREFIX + key))
            .timeout(RealCluster.PATIENCE)
            .method(method, BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  /** Waits until each client has done something from now on. */
  void goOn() throws InterruptedException {
    long before = acknowledged.size();
    while (acknowledged.size() < before + threads.size() * 10L && failed.isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** How many were acknowledged, why some were asked twice, and how long the slowest took. */
  String summary() {
    Map<String, Long> causes =
        repeated.stream()
            .collect(Collectors.groupingBy(cause -> cause, TreeMap::new, Collectors.counting()));
    return "%d acknowledged, the slowest after %d ms; asked twice: %s"
        .formatted(acknowledged.size(), Duration.ofNanos(slowest.get()).toMillis(), causes);
  }

  /** What failed twice. */
  List<String> failed() {
    return List.copyOf(failed);
  }

  /** Returns once no request is under way. */
  void end() throws InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join(RealCluster.PATIENCE.toMillis());
      if (thread.isAlive()) {
        throw new AssertionError(thread.getName() + " doesn't end");
      }
    }
  }

  /** Which of them this node doesn't have. */
  List<String> missing(int node) {
    String keys = cluster.get(node, PREFIX + "?keys").body();
    return acknowledged.stream().filter(k -> !keys.contains("\"retried/" + k + "\"")).toList();
  }

  @Override
  public void close() {
    over = true;
    threads.forEach(Thread::interrupt);
  }
}

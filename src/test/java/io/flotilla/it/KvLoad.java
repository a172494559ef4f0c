package io.flotilla.it;

import static io.flotilla.lab.check.Linearizability.RegisterOp.compareAndSet;
import static io.flotilla.lab.check.Linearizability.RegisterOp.read;
import static io.flotilla.lab.check.Linearizability.RegisterOp.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.lab.check.Linearizability.RegisterOp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Clients that set, read, compare and set, and delete a few keys that they share, and create many
 * of their own, as fast as is useful, each through one node. All of it goes into a {@link
 * KvHistory}. They use plain HTTP and send nothing twice, as a client that hides what is unknown
 * would hide faults.
 */
final class KvLoad implements AutoCloseable {
  private static final String PREFIX = "load/";
  private static final int SHARED_KEYS = 6;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** On average. More operations don't find more, and the machine has other work. */
  private static final Duration PAUSE = Duration.ofMillis(40);

  /** Longer than a node takes to give up by itself. */
  private static final Duration TIME_OUT = Duration.ofSeconds(12);

  /** What a node says of a write that it didn't do; what else it says leaves the outcome open. */
  private static final Set<String> NOT_DONE = Set.of("unavailable", "overloaded");

  /** A key's value and its index, or null and 0. */
  private record Seen(String value, long index) {}

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final KvHistory history = new KvHistory(System::nanoTime);
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final List<String> addresses;
  private final Optional<String> token;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  KvLoad(List<String> addresses, Optional<String> token) {
    this.addresses = addresses;
    this.token = token;
  }

  /** So many clients per node of the cluster. */
  static KvLoad start(RealCluster cluster, int clients, long seed) {
    List<String> addresses = new ArrayList<>();
    for (int node = 0; node < cluster.size(); node++) {
      addresses.add(cluster.address(node));
    }
    KvLoad load = new KvLoad(addresses, cluster.token());
    load.start(clients, Integer.MAX_VALUE, PAUSE, seed);
    return load;
  }

  /**
   * @param operations how many each client does
   * @param pause after each, on average
   */
  void start(int clients, int operations, Duration pause, long seed) {
    for (int i = 0; i < clients * addresses.size(); i++) {
      Client client = new Client(i, new Random(seed * 1_000 + i));
      Thread thread = new Thread(() -> client.run(operations, pause), "client " + i);
      threads.add(thread);
      thread.start();
    }
  }

  KvHistory history() {
    return history;
  }

  /** Once no client has anything under way. */
  KvHistory end() throws InterruptedException {
    over = true;
    return await();
  }

  /** Once each client has done all its operations. */
  KvHistory await() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join(RealCluster.PATIENCE.toMillis());
      if (thread.isAlive()) {
        throw new AssertionError(thread.getName() + " doesn't end");
      }
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("clients failed: " + failures);
    }
    return history;
  }

  /** What all keys are in the end, through this node. */
  void readAll(int node) {
    long called = history.now();
    HttpResponse<String> answer = send(node, "?recurse", "GET", "");
    Map<String, String> values = new HashMap<>();
    if (answer.statusCode() != 404) {
      for (JsonNode entry : json(answer)) {
        values.put(entry.get("Key").asText().substring(PREFIX.length()), value(entry));
      }
    }
    history.listed(node, values, called);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of a failure; empty if the answer isn't one of Flotilla's. */
  private static String code(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Flotilla-Error").orElse("");
  }

  private static String value(JsonNode entry) {
    byte[] value = Base64.getDecoder().decode(entry.get("Value").asText());
    return new String(value, StandardCharsets.UTF_8);
  }

  private HttpResponse<String> send(int node, String path, String method, String body) {
    try {
      return request(node, path, method, body);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(method + " " + path, e);
    }
  }

  private HttpResponse<String> request(int node, String path, String method, String body)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://" + addresses.get(node) + "/v1/kv/" + PREFIX + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(TIME_OUT)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    token.ifPresent(t -> request.header("X-Consul-Token", t));
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private final class Client {
    private final int id;
    private final int node;
    private final Random random;
    private final Map<String, Seen> seen = new HashMap<>();
    private int values;

    Client(int id, Random random) {
      this.id = id;
      this.node = id % addresses.size();
      this.random = random;
    }

    void run(int operations, Duration pause) {
      try {
        for (int i = 0; i < operations && !over; i++) {
          step();
          TimeUnit.NANOSECONDS.sleep((long) (pause.toNanos() * 2 * random.nextDouble()));
        }
      } catch (InterruptedException | RuntimeException e) {
        failures.add(e.toString());
      }
    }

    private void step() throws InterruptedException {
      String key = "shared" + random.nextInt(SHARED_KEYS);
      String value = "c" + id + "-" + values++;
      int kind = random.nextInt(20);
      if (kind < 8) {
        get(key);
      } else if (kind < 12) {
        change(key, key, "PUT", write(value), value);
      } else if (kind < 13) {
        change(key, key, "DELETE", write(null), "");
      } else if (kind < 18 && seen.containsKey(key)) {
        Seen before = seen.get(key);
        change(
            key,
            key + "?cas=" + before.index(),
            "PUT",
            compareAndSet(before.value(), value, true),
            value);
      } else {
        String own = "own-" + value;
        change(own, own + "?cas=0", "PUT", compareAndSet(null, value, true), value);
      }
    }

    private void get(String key) throws InterruptedException {
      long called = history.now();
      try {
        HttpResponse<String> answer = request(node, key, "GET", "");
        if (answer.statusCode() == 404) {
          seen.put(key, new Seen(null, 0));
        } else if (answer.statusCode() == 200) {
          JsonNode entry = json(answer).get(0);
          seen.put(key, new Seen(value(entry), entry.get("ModifyIndex").asLong()));
        } else {
          return;
        }
        history.answered(node, key, read(seen.get(key).value()), called);
      } catch (IOException e) {
        // It may have been read or not; it has no effect in either case.
      }
    }

    private void change(String key, String path, String method, RegisterOp op, String body)
        throws InterruptedException {
      long called = history.now();
      try {
        HttpResponse<String> answer = request(node, path, method, body);
        if (answer.statusCode() == 200) {
          history.answered(node, key, told(op, answer.body().strip()), called);
        } else if (!NOT_DONE.contains(code(answer))) {
          history.unknown(node, key, op, called);
        }
      } catch (ConnectException | HttpConnectTimeoutException e) {
        // Nothing was sent.
      } catch (IOException e) {
        history.unknown(node, key, op, called);
      }
    }

    private RegisterOp told(RegisterOp op, String answer) {
      if (answer.equals("true")) {
        return op;
      }
      if (answer.equals("false") && op instanceof RegisterOp.CompareAndSet cas) {
        return compareAndSet(cas.expected(), cas.value(), false);
      }
      throw new IllegalStateException(op + " was answered with " + answer);
    }
  }

  @Override
  public void close() {
    over = true;
    threads.forEach(Thread::interrupt);
  }
}

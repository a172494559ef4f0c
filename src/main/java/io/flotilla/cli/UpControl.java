package io.flotilla.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.flotilla.cli.UpState.NodeState;
import io.flotilla.client.Flotilla;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Takes the orders of the dashboard's page to crash the nodes of {@code up}, to start them again
 * and to write to them; see docs/decisions/0053-orders-to-up.md. It listens on loopback, and does
 * something only for a page that one of these nodes has served, which shows the token: it says
 * nothing to others.
 */
final class UpControl implements AutoCloseable {
  private static final int TOKEN_BYTES = 32;
  private static final int THREADS = 4;
  private static final int WAITING = 32;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final JsonMapper JSON = new JsonMapper();

  /** What a page may do, by its path behind the node's name. */
  private final Map<String, Order> orders =
      Map.of(
          "crash",
          (nodes, id) -> nodes.crash(id),
          "pause",
          UpNodes::pause,
          "continue",
          UpNodes::resume,
          "restart",
          (nodes, id) -> nodes.restart(id));

  private interface Order {
    void carryOut(UpNodes nodes, String id);
  }

  record Node(
      @JsonProperty("Id") String id,
      @JsonProperty("Url") String url,
      @JsonProperty("Process") String process) {}

  record State(@JsonProperty("Nodes") List<Node> nodes, @JsonProperty("Load") UpLoad.Counts load) {}

  /** An order that can't be carried out. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;

    Refusal(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  private final UpNodes nodes;
  private final UpLoad load;
  private final byte[] token;
  private final HttpServer server;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          1,
          TimeUnit.MINUTES,
          new ArrayBlockingQueue<>(WAITING),
          UpControl::daemon);

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "dashboard");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * @param data of the cluster, whose state is read anew for each request
   */
  UpControl(Path data) {
    this.nodes = new UpNodes(data);
    this.load = new UpLoad(() -> client(data), System::nanoTime);
    this.token = newToken().getBytes(UTF_8);
    // Who doesn't finish what he sends would hold a thread.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "10");
    try {
      server = HttpServer.create(new InetSocketAddress(NodeSpec.HOST, 0), WAITING);
    } catch (IOException e) {
      throw new UncheckedIOException("can't listen on " + NodeSpec.HOST, e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private static String newToken() {
    byte[] bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private Flotilla client(Path data) {
    return LocalTls.client(nodes.state().specs())
        .token(OwnToken.of(data).orElse(null))
        .connectTimeout(Duration.ofMillis(500))
        .attemptTimeout(Duration.ofSeconds(2))
        .deadline(Duration.ofSeconds(30))
        .build();
  }

  ControlAddress address() {
    return new ControlAddress(server.getAddress().getPort(), new String(token, UTF_8));
  }

  UpLoad load() {
    return load;
  }

  // ---- who may ask

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String origin = origin(exchange);
      if (origin == null) {
        send(exchange, 403, null);
        return;
      }
      exchange.getResponseHeaders().set("Access-Control-Allow-Origin", origin);
      if (exchange.getRequestMethod().equals("OPTIONS")) {
        exchange.getResponseHeaders().set("Access-Control-Allow-Methods", "GET, POST");
        exchange.getResponseHeaders().set("Access-Control-Allow-Headers", "authorization");
        exchange.getResponseHeaders().set("Access-Control-Max-Age", "600");
        send(exchange, 204, null);
      } else if (!showsToken(exchange)) {
        send(exchange, 403, Map.of("Message", "This is not the token of this run of up."));
      } else {
        carryOut(exchange);
      }
    }
  }

  /** Of a page that one of the nodes has served; null if it is another's, or was rebound. */
  private String origin(HttpExchange exchange) {
    List<String> hosts = exchange.getRequestHeaders().getOrDefault("Host", List.of());
    List<String> origins = exchange.getRequestHeaders().getOrDefault("Origin", List.of());
    boolean own = hosts.equals(List.of(NodeSpec.HOST + ":" + server.getAddress().getPort()));
    return own
        ? nodes.specs().stream()
            .map(NodeSpec::url)
            .filter(url -> origins.equals(List.of(url)))
            .findFirst()
            .orElse(null)
        : null;
  }

  private boolean showsToken(HttpExchange exchange) {
    List<String> shown = exchange.getRequestHeaders().getOrDefault("Authorization", List.of());
    return shown.size() == 1
        && shown.get(0).startsWith("Bearer ")
        && MessageDigest.isEqual(token, shown.get(0).substring("Bearer ".length()).getBytes(UTF_8));
  }

  // ---- what they may ask for

  private void carryOut(HttpExchange exchange) throws IOException {
    try {
      send(exchange, 200, answerTo(exchange));
    } catch (Refusal e) {
      send(exchange, e.status, Map.of("Message", e.getMessage()));
    } catch (CliException | UncheckedIOException e) {
      send(exchange, 409, Map.of("Message", e.getMessage()));
    }
  }

  private Object answerTo(HttpExchange exchange) {
    String[] path = exchange.getRequestURI().getPath().substring(1).split("/", -1);
    boolean reads = exchange.getRequestMethod().equals("GET");
    if (reads && path.length == 1 && path[0].equals("state")) {
      return state(UpLoad::counts);
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      throw new Refusal(404, "There is nothing of this name.");
    }
    if (path.length == 3 && path[0].equals("nodes") && orders.containsKey(path[2])) {
      if (!nodes.state().has(path[1])) {
        throw new Refusal(404, "There is no node of this name.");
      }
      orders.get(path[2]).carryOut(nodes, path[1]);
      return state(UpLoad::counts);
    }
    if (path.length == 1 && path[0].equals("nodes")) {
      nodes.add();
      return state(UpLoad::counts);
    }
    if (path.length == 2 && path[0].equals("load")) {
      int rate = rate(path[1]);
      return state(load -> load.write(rate));
    }
    if (path.length == 1 && path[0].equals("verify")) {
      return state(UpLoad::verify);
    }
    throw new Refusal(404, "There is nothing of this name.");
  }

  private static int rate(String text) {
    boolean number = text.matches("\\d{1,4}");
    if (!number || Integer.parseInt(text) > UpLoad.MOST_PER_SECOND) {
      throw new Refusal(
          400, "Writes a second are from 0 to " + UpLoad.MOST_PER_SECOND + ", not this.");
    }
    return Integer.parseInt(text);
  }

  private State state(Function<UpLoad, CompletableFuture<UpLoad.Counts>> order) {
    try {
      UpLoad.Counts counts = order.apply(load).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return new State(nodes.state().nodes().stream().map(this::node).toList(), counts);
    } catch (TimeoutException e) {
      throw new Refusal(503, "This takes too long.");
    } catch (ExecutionException e) {
      throw new Refusal(500, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(503, "up is ending.");
    }
  }

  private Node node(NodeState node) {
    String process = !node.runs() ? "ended" : nodes.isPaused(node) ? "paused" : "running";
    return new Node(node.id(), node.spec().url(), process);
  }

  /** What was sent with the order is not looked at, and no connection is kept. */
  private static void send(HttpExchange exchange, int status, Object body) throws IOException {
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.getResponseHeaders().set("Vary", "Origin");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    if (body == null) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    byte[] json = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, json.length);
    exchange.getResponseBody().write(json);
  }

  /** Nodes that are paused go on, so that they can end. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    load.close();
    nodes.resumeAll();
  }
}

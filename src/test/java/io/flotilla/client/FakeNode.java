package io.flotilla.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.flotilla.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP server on a free loopback port that answers as the test scripts it. */
public final class FakeNode implements AutoCloseable {
  /** What arrived, in order. */
  public record Seen(String method, String uri, String requestId, String token, String body) {}

  public interface Behaviour {
    void answer(FakeNode node, HttpExchange exchange) throws IOException;
  }

  final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  public FakeNode(Behaviour behaviour) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          seen.add(
              new Seen(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  exchange.getRequestHeaders().getFirst("X-Flotilla-Request-Id"),
                  exchange.getRequestHeaders().getFirst("X-Consul-Token"),
                  body));
          behaviour.answer(this, exchange);
        });
    server.start();
  }

  /** Always the same answer. */
  public static FakeNode answering(int status, String body) throws IOException {
    return new FakeNode((node, exchange) -> reply(exchange, status, body));
  }

  /** Takes requests and never answers. */
  public static FakeNode silent() throws IOException {
    return new FakeNode((node, exchange) -> {});
  }

  /** A failure as Flotilla says it on Consul's paths. */
  public static FakeNode failing(int status, String code, String message) throws IOException {
    return new FakeNode((node, exchange) -> fail(exchange, status, code, message));
  }

  public static void fail(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    exchange.getResponseHeaders().set("X-Flotilla-Error", code);
    reply(exchange, status, message);
  }

  public static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("X-Consul-Index", "7");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** An address at which nothing listens. */
  public static String nobody() {
    return "127.0.0.1:" + FreePorts.next();
  }

  public String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

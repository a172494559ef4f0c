package io.flotilla.examples.sensors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The API that receives averages: {@code /nuevo?dato=VALUE} takes one, {@code /listar} lists the
 * latest as JSON, {@code /} is a page that plots them as they arrive.
 */
@Command(
    name = "sensor-api",
    description = "Receive, list and plot the sensors' averages.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  ./flotilla sensor-api --listen 127.0.0.1:8081",
      "  curl 'http://127.0.0.1:8081/nuevo?dato=75.5'; curl http://127.0.0.1:8081/listar",
    })
public final class SensorApi implements Callable<Integer> {
  static final int KEPT = 1_000;
  private static final String JSON = "application/json; charset=utf-8";

  private record Datum(Instant time, double value) {}

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:8081",
      description = "Default: ${DEFAULT-VALUE}")
  private String listen;

  private final Deque<Datum> data = new ArrayDeque<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    int colon = listen.lastIndexOf(':');
    HttpServer server =
        start(
            new InetSocketAddress(
                listen.substring(0, Math.max(0, colon)),
                Integer.parseInt(listen.substring(colon + 1))));
    System.out.println("Listening on http://" + listen);
    CountDownLatch end = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.stop(0);
                  end.countDown();
                }));
    end.await();
    return 0;
  }

  HttpServer start(InetSocketAddress address) throws IOException {
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newFixedThreadPool(4, SensorApi::daemon));
    server.createContext("/nuevo", this::add);
    server.createContext("/listar", e -> answer(e, 200, JSON, list()));
    server.createContext("/", this::page);
    server.start();
    return server;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "sensor-api");
    thread.setDaemon(true);
    return thread;
  }

  private void add(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    String text =
        query == null
            ? ""
            : Arrays.stream(query.split("&"))
                .filter(p -> p.startsWith("dato="))
                .findFirst()
                .map(p -> URLDecoder.decode(p.substring(5), StandardCharsets.UTF_8))
                .orElse("");
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!Double.isFinite(value)) {
      answer(exchange, 400, JSON, "{\"error\":\"Se espera un número: /nuevo?dato=75.5\"}");
      return;
    }
    Datum datum = new Datum(Instant.now(), value);
    synchronized (data) {
      data.add(datum);
      if (data.size() > KEPT) {
        data.remove();
      }
    }
    answer(exchange, 200, JSON, json(datum));
  }

  private String list() {
    synchronized (data) {
      return data.stream().map(SensorApi::json).collect(Collectors.joining(",", "[", "]"));
    }
  }

  private static String json(Datum d) {
    return String.format(Locale.ROOT, "{\"fecha\":\"%s\",\"dato\":%s}", d.time(), d.value());
  }

  private void page(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().equals("/")) {
      answer(exchange, 404, JSON, "{\"error\":\"No hay nada aquí\"}");
      return;
    }
    try (InputStream page = SensorApi.class.getResourceAsStream("plot.html")) {
      String html = new String(page.readAllBytes(), StandardCharsets.UTF_8);
      answer(exchange, 200, "text/html; charset=utf-8", html);
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}

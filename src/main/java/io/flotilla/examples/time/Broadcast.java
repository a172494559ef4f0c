package io.flotilla.examples.time;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Serves lines over plain streaming HTTP: each client gets every line since it connected, once. A
 * bounded number of lines waits for each client; one that does not take them is cut off and does
 * not hold up the others.
 */
final class Broadcast implements AutoCloseable {
  /** How many lines may wait for a client. */
  static final int WAITING = 64;

  /** Connections beyond the limit, which are refused with an explanation. */
  private static final int SPARE_THREADS = 8;

  private static final String END = "";

  private final HttpServer server;
  private final ExecutorService threads;
  private final Set<Client> clients = ConcurrentHashMap.newKeySet();
  private final int maxClients;
  private volatile boolean closed;

  Broadcast(InetSocketAddress address, int maxClients) throws IOException {
    this.maxClients = maxClients;
    this.threads =
        new ThreadPoolExecutor(
            0,
            maxClients + SPARE_THREADS,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "broadcast");
              thread.setDaemon(true);
              return thread;
            });
    try {
      this.server = HttpServer.create(address, 0);
    } catch (BindException e) {
      throw new IllegalArgumentException(
          "can't listen on "
              + address.getHostString()
              + ":"
              + address.getPort()
              + ": "
              + e.getMessage(),
          e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  int clients() {
    return clients.size();
  }

  /** Never blocks. */
  void send(String line) {
    clients.forEach(client -> client.offer(line));
  }

  private void serve(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("GET")) {
      refuse(exchange, 405, "Only GET is allowed here.\n");
      return;
    }
    Client client = new Client(Thread.currentThread());
    clients.add(client);
    try {
      if (closed || clients.size() > maxClients) {
        refuse(exchange, 503, "Too many clients are connected; try again later.\n");
      } else {
        client.serve(exchange);
      }
    } finally {
      clients.remove(client);
      exchange.close();
    }
  }

  private static void refuse(HttpExchange exchange, int status, String reason) throws IOException {
    byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** One connection, served by a thread of its own. */
  private static final class Client {
    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread;
    private boolean over;

    Client(Thread thread) {
      this.thread = thread;
    }

    synchronized void offer(String line) {
      if (!over && !lines.offer(line)) {
        // It is blocked in a write; an interrupt closes the connection.
        over = true;
        thread.interrupt();
      }
    }

    void serve(HttpExchange exchange) throws IOException {
      try {
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.flush();
        for (String line = lines.take(); !line.equals(END); line = lines.take()) {
          out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
          out.flush();
        }
      } catch (InterruptedException e) {
        // cut off
      } finally {
        leave();
      }
    }

    /** The thread is reused for other work, which an interrupt must not hit. */
    private synchronized void leave() {
      over = true;
      Thread.interrupted();
    }
  }

  /** Clients get what waits for them, then the end of the answer. */
  @Override
  public void close() {
    closed = true;
    send(END);
    server.stop(1);
    threads.shutdownNow();
  }
}

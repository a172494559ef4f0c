package io.flotilla.proxy;

import com.sun.net.httpserver.HttpServer;
import io.flotilla.registry.balance.Instance;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server behind a proxy; the test decides what it does with a connection. */
public final class Backend implements AutoCloseable {
  /** What happens on a connection; it is closed afterwards. */
  public interface Talk {
    void with(Socket client) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final List<Socket> clients = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger accepted = new AtomicInteger();

  public Backend(Talk talk) throws IOException {
    this(0, talk);
  }

  public Backend(int port, Talk talk) throws IOException {
    server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
    threads.execute(() -> accept(talk));
  }

  private void accept(Talk talk) {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        accepted.incrementAndGet();
        clients.add(client);
        threads.execute(() -> talk(talk, client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void talk(Talk talk, Socket client) {
    try (client) {
      talk.with(client);
    } catch (IOException e) {
      // the other side has gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      clients.remove(client);
    }
  }

  /** Sends back what it reads until the client has no more to send. */
  public static void echo(Socket client) throws IOException {
    InputStream in = client.getInputStream();
    OutputStream out = client.getOutputStream();
    byte[] buffer = new byte[65_536];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      out.write(buffer, 0, n);
    }
  }

  /** Accepts the connection and sends nothing. */
  public static void silence(Socket client) throws IOException {
    while (client.getInputStream().read() >= 0) {
      // goes on
    }
  }

  /** An HTTP server that answers every request with its name. */
  static HttpServer named(String name, int port) throws IOException {
    HttpServer http = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 500);
    http.createContext(
        "/",
        exchange -> {
          byte[] body = name.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.setExecutor(Executors.newFixedThreadPool(4));
    http.start();
    return http;
  }

  public Instance instance(String id) {
    return instance(id, port());
  }

  public static Instance instance(String id, int port) {
    return new Instance("node", id, "127.0.0.1", port, 1);
  }

  public int port() {
    return server.getLocalPort();
  }

  int accepted() {
    return accepted.get();
  }

  /** As if its process had died: the port is closed and open connections are reset. */
  @Override
  public void close() throws IOException {
    server.close();
    for (Socket client : clients) {
      try {
        client.setSoLinger(true, 0);
      } catch (SocketException e) {
        // it has just ended by itself
      }
      client.close();
    }
    threads.shutdownNow();
  }
}

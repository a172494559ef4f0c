package io.flotilla.it;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** A web server in a process of its own: {@code NAME PORT}. It answers everything with its name. */
final class HttpBackend {
  private HttpBackend() {}

  public static void main(String[] args) throws IOException {
    byte[] name = args[0].getBytes(StandardCharsets.UTF_8);
    HttpServer server =
        HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[1])), 500);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, name.length);
          exchange.getResponseBody().write(name);
          exchange.close();
        });
    server.setExecutor(Executors.newFixedThreadPool(8));
    server.start();
    System.out.println("serving");
  }
}

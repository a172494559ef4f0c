package io.flotilla.node;

import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Stands in for a node until there is one: answers HTTP from memory. */
public final class Node {
  private Node() {}

  public static int run(Config config) {
    String id = config.getString("flotilla.node.id");
    Map<String, byte[]> store = new ConcurrentHashMap<>();
    try {
      HttpServer server =
          HttpServer.create(
              new InetSocketAddress(
                  config.getString("flotilla.http.host"), config.getInt("flotilla.http.port")),
              64);
      server.createContext(
          "/",
          x -> {
            String path = x.getRequestURI().getPath();
            int status = 200;
            byte[] body = "true".getBytes();
            byte[] sent = x.getRequestBody().readAllBytes();
            if (path.equals("/v1/cluster")) {
              body =
                  ("{\"Leader\":\""
                          + id
                          + "\",\"Members\":[{\"Id\":\""
                          + id
                          + "\",\"Status\":\"Up\"}],\"Shards\":[{\"Namespaces\":[\"default\"],\"Node\":\""
                          + id
                          + "\"}]}")
                      .getBytes();
            } else if (x.getRequestMethod().equals("PUT")) {
              store.put(path, sent);
            } else if (x.getRequestMethod().equals("GET") && path.startsWith("/v1/kv/")) {
              byte[] v = store.get(path);
              status = v == null ? 404 : 200;
              body =
                  v == null
                      ? new byte[0]
                      : ("[{\"Key\":\"k\",\"Value\":\""
                              + java.util.Base64.getEncoder().encodeToString(v)
                              + "\"}]")
                          .getBytes();
            }
            x.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            x.getResponseBody().write(body);
            x.close();
          });
      server.start();
      new CountDownLatch(1).await();
      return 0;
    } catch (IOException | InterruptedException e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }
}

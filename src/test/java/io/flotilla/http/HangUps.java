package io.flotilla.http;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Clients of a stream of events that hang up while it is written to. */
final class HangUps {
  private HangUps() {}

  /**
   * @param path of the stream
   * @param write something that its clients are told
   */
  static void during(TestServer server, String path, int clients, Runnable write)
      throws IOException {
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Void> writer =
        CompletableFuture.runAsync(
            () -> {
              while (!enough.get()) {
                write.run();
              }
            });
    try {
      for (int i = 0; i < clients; i += 10) {
        List<Socket> some = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
          some.add(listening(server, path));
        }
        for (Socket socket : some) {
          socket.close();
        }
      }
    } finally {
      enough.set(true);
      writer.join();
    }
  }

  private static Socket listening(TestServer server, String path) throws IOException {
    URI uri = URI.create(server.base() + path);
    Socket socket = new Socket(uri.getHost(), uri.getPort());
    String request =
        "GET " + uri.getRawPath() + "?" + uri.getRawQuery() + " HTTP/1.1\r\nHost: test\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    StringBuilder read = new StringBuilder();
    while (read.indexOf("event: ") < 0) {
      read.append((char) socket.getInputStream().read());
    }
    return socket;
  }
}

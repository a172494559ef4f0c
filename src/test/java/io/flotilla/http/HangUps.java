package io.flotilla.http;

import io.flotilla.TestPatience;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Clients of a stream of events that hang up while it is written to. */
final class HangUps {
  private HangUps() {}

  private static final int WRITERS = 4;
  private static final int TOGETHER = 10;

  /**
   * @param path of the stream
   * @param write something that is sent to its clients
   */
  static void during(TestServer server, String path, int clients, Runnable write)
      throws IOException {
    AtomicBoolean enough = new AtomicBoolean();
    ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    List<Future<?>> writing = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writing.add(
          writers.submit(
              () -> {
                while (!enough.get()) {
                  write.run();
                }
              }));
    }
    try {
      for (int i = 0; i < clients; i += TOGETHER) {
        List<Socket> some = new ArrayList<>();
        for (int n = 0; n < TOGETHER; n++) {
          some.add(listening(server, path));
        }
        for (Socket socket : some) {
          socket.close();
        }
      }
    } finally {
      enough.set(true);
      writers.shutdown();
    }
    for (Future<?> w : writing) {
      join(w);
    }
  }

  private static void join(Future<?> writer) {
    try {
      writer.get(120, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static Socket listening(TestServer server, String path) throws IOException {
    URI uri = URI.create(server.base() + path);
    Socket socket = new Socket(uri.getHost(), uri.getPort());
    socket.setSoTimeout(TestPatience.MILLIS);
    String request =
        "GET " + uri.getRawPath() + "?" + uri.getRawQuery() + " HTTP/1.1\r\nHost: test\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    StringBuilder read = new StringBuilder();
    while (read.indexOf("event: change") < 0 && read.indexOf("event: message") < 0) {
      int c = socket.getInputStream().read();
      if (c < 0) {
        throw new IOException("ended after: " + read);
      }
      read.append((char) c);
    }
    return socket;
  }
}

package io.flotilla.journal;

import static org.awaitility.Awaitility.await;

import io.flotilla.TestPatience;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** Connections on which nothing is asked, more than there may be. */
final class Strangers implements AutoCloseable {
  private final List<Socket> all = new ArrayList<>();

  Strangers(InetSocketAddress port) throws IOException {
    for (int i = 0; i < 300; i++) {
      all.add(new Socket(port.getAddress(), port.getPort()));
    }
  }

  /**
   * Until the node has closed some. Several loops take connections, so the one that was opened
   * first need not be the one that has been there longest.
   */
  void awaitTooMany() {
    await()
        .atMost(TestPatience.PATIENCE)
        .until(() -> all.stream().anyMatch(Strangers::isClosedThere));
  }

  private static boolean isClosedThere(Socket stranger) {
    try {
      stranger.setSoTimeout(1);
      return stranger.getInputStream().read() == -1;
    } catch (SocketTimeoutException silent) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    for (Socket stranger : all) {
      stranger.close();
    }
  }
}

package io.flotilla.journal;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** How a TCP port responds to a connection attempt. */
public enum Port {
  OPEN,
  /** The machine answers that nothing listens there. */
  REFUSED,
  /** No answer in time, or no route: nothing is known. */
  SILENT;

  /** Blocks for at most the timeout. */
  public static Port probe(String host, int port, Duration timeout) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
      return OPEN;
    } catch (ConnectException e) {
      String reason = e.getMessage();
      return reason != null && reason.contains("refused") ? REFUSED : SILENT;
    } catch (IOException e) {
      return SILENT;
    }
  }
}

package io.flotilla.cluster;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** What a TCP port answers to a connection. */
enum Port {
  OPEN,
  /** The machine answers that nobody listens. */
  REFUSED,
  /** No answer in time, or no way there: nothing is known. */
  SILENT;

  /** Blocks up to the time-out. */
  static Port probe(String host, int port, Duration timeout) {
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

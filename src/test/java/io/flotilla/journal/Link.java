package io.flotilla.journal;

import io.flotilla.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The network from one member to another: a TCP relay. While it is cut, it is as one that drops
 * packets silently: what is sent over a connection vanishes, in both directions and for good, and
 * an attempt to connect is not answered.
 *
 * <p>The latter is the operating system's doing: it ignores attempts while more connections than
 * the backlog wait to be accepted.
 */
final class Link implements AutoCloseable {
  private static final int BACKLOG = 1;
  private static final int POLL_MILLIS = 50;

  private final ServerSocket entrance;
  private final int target;
  private final List<Relayed> relayed = new CopyOnWriteArrayList<>();
  private final List<Socket> blocking = new ArrayList<>();
  private volatile boolean cut;
  private volatile boolean closed;

  /**
   * @param target the port it leads to
   */
  Link(int target) throws IOException {
    this.target = target;
    this.entrance = new ServerSocket(FreePorts.next(), BACKLOG, InetAddress.getLoopbackAddress());
    entrance.setSoTimeout(POLL_MILLIS);
    run(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  /** From now on nothing passes. */
  void cut() throws IOException {
    cut = true;
    relayed.forEach(r -> r.lost = true);
    synchronized (entrance) { // nobody accepts any more
      while (block()) {}
    }
  }

  /** Takes a place in the queue of those who wait to be accepted; false if there is none. */
  private boolean block() throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(entrance.getInetAddress(), port()), 200);
      blocking.add(socket);
      return true;
    } catch (SocketTimeoutException e) {
      socket.close();
      return false;
    }
  }

  /** New connections pass again; those from before stay dead, as the worst of networks have it. */
  void heal() throws IOException {
    synchronized (entrance) {
      for (Socket socket : blocking) {
        socket.close();
      }
      blocking.clear();
      for (int place = 0; place <= BACKLOG; place++) {
        Socket waiting = next();
        if (waiting != null) {
          waiting.close();
        }
      }
      cut = false;
    }
  }

  private Socket next() throws IOException {
    try {
      return entrance.accept();
    } catch (SocketTimeoutException e) {
      return null;
    }
  }

  private void accept() throws IOException {
    while (!closed) {
      synchronized (entrance) {
        Socket caller = cut ? null : next();
        if (caller != null) {
          relay(caller);
        }
      }
      if (cut) {
        pause();
      }
    }
  }

  private void relay(Socket caller) throws IOException {
    try {
      relayed.add(new Relayed(caller, new Socket(entrance.getInetAddress(), target)));
    } catch (ConnectException e) { // nobody is there at the moment
      caller.close();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One connection. */
  private final class Relayed {
    private volatile boolean lost;
    private final Socket caller;
    private final Socket called;

    Relayed(Socket caller, Socket called) {
      this.caller = caller;
      this.called = called;
      run(() -> copy(caller, called));
      run(() -> copy(called, caller));
    }

    private void copy(Socket from, Socket to) throws IOException {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[64 * 1024];
      try {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (!lost) {
            out.write(buffer, 0, n);
          }
        }
      } finally {
        if (!lost) { // else the end of the connection is lost too
          end();
        }
      }
    }

    private void end() throws IOException {
      caller.close();
      called.close();
    }
  }

  private interface Task {
    void run() throws IOException;
  }

  /** On a thread of its own; a connection that breaks ends it. */
  private void run(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // Closed, by either side or with the link.
              }
            },
            "link");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    try {
      entrance.close();
      for (Socket socket : blocking) {
        socket.close();
      }
      for (Relayed r : relayed) {
        r.end();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

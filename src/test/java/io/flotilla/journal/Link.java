package io.flotilla.journal;

import io.flotilla.FreePorts;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;

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
  private volatile long breaksAfter = Long.MAX_VALUE;
  private volatile UnaryOperator<RaftNettyServerReplyProto> answers = UnaryOperator.identity();
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

  /** From now on each connection ends after so many bytes, in the middle of a message perhaps. */
  void breakAfter(long bytes) {
    breaksAfter = bytes;
  }

  /** What becomes of each answer from now on: null if it is lost. Until this returns, it waits. */
  void answers(UnaryOperator<RaftNettyServerReplyProto> fate) {
    answers = fate;
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

    private final AtomicLong passed = new AtomicLong();

    Relayed(Socket caller, Socket called) {
      this.caller = caller;
      this.called = called;
      run(() -> relay(this::questions));
      run(() -> relay(this::answers));
    }

    private void relay(Task task) throws IOException {
      try {
        task.run();
      } finally {
        if (!lost) { // else the end of the connection is lost too
          end();
        }
      }
    }

    private void questions() throws IOException {
      InputStream in = caller.getInputStream();
      byte[] buffer = new byte[64 * 1024];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        pass(buffer, n, called);
      }
    }

    private void answers() throws IOException {
      InputStream in = called.getInputStream();
      for (RaftNettyServerReplyProto answer = next(in); answer != null; answer = next(in)) {
        RaftNettyServerReplyProto passing = answers.apply(answer);
        if (passing != null) {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          passing.writeDelimitedTo(bytes);
          pass(bytes.toByteArray(), bytes.size(), caller);
        }
      }
    }

    private static RaftNettyServerReplyProto next(InputStream in) throws IOException {
      return RaftNettyServerReplyProto.parseDelimitedFrom(in);
    }

    private void pass(byte[] bytes, int length, Socket to) throws IOException {
      if (lost) {
        return;
      }
      long left = breaksAfter - passed.getAndAdd(length);
      to.getOutputStream().write(bytes, 0, (int) Math.max(0, Math.min(length, left)));
      if (left < length) {
        throw new EOFException("broken");
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

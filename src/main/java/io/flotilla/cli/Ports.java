package io.flotilla.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Finds free loopback ports, and says which ones are not. */
final class Ports {
  private Ports() {}

  /** That many different ports that are free now; all held at once, so none comes twice. */
  static List<Integer> free(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      List<Integer> ports = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        ports.add(socket.getLocalPort());
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      held.forEach(Ports::close);
    }
  }

  /** Fails with every taken port's name before anything has been started. */
  static void mustBeFree(List<NodeSpec> nodes) {
    StringJoiner taken = new StringJoiner(", ");
    for (NodeSpec n : nodes) {
      check(NodeSpec.HOST, n.httpPort(), n.id() + " HTTP", taken);
      check(NodeSpec.HOST, n.clusterPort(), n.id() + " cluster", taken);
      check(NodeSpec.HOST, n.raftPort(), n.id() + " Raft", taken);
    }
    if (taken.length() > 0) {
      throw new CliException(
          "in use by another process: %s.%nNothing was started. End what uses them (./flotilla down"
              + " if it is an earlier cluster), or take others: ./flotilla up --http-port 9500",
          taken);
    }
  }

  /** Adds a port that can't be listened at to the list. */
  static void check(String host, int port, String use, StringJoiner taken) {
    if (!isFree(host, port)) {
      taken.add("port " + port + " (" + use + ")");
    }
  }

  static boolean isFree(int port) {
    return isFree(NodeSpec.HOST, port);
  }

  private static boolean isFree(String host, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // as servers do: a port in TIME_WAIT is free
      socket.bind(new InetSocketAddress(host, port), 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

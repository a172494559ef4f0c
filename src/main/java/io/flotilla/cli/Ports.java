package io.flotilla.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/** Finds free loopback ports, and tells which are taken. */
final class Ports {
  private Ports() {}

  /** Finds different ports that are free now: all are held at once, so none is given twice. */
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

  /** Fails before anything is started, naming every port that is taken. */
  static void mustBeFree(List<NodeSpec> nodes) {
    StringJoiner taken = new StringJoiner(", ");
    for (NodeSpec n : nodes) {
      check(NodeSpec.HOST, n.httpPort(), n.id() + " HTTP", taken);
      check(NodeSpec.HOST, n.clusterPort(), n.id() + " cluster", taken);
      check(NodeSpec.HOST, n.raftPort(), n.id() + " Raft", taken);
      if (n.dnsPort() != 0) {
        check(NodeSpec.HOST, n.dnsPort(), n.id() + " DNS", taken);
      }
    }
    if (taken.length() > 0) {
      throw new CliException(
          "can't listen on %s.%nNothing was started. End the process that does (./flotilla down if"
              + " it is an earlier cluster), or use other ports: ./flotilla up --http-port 9500",
          taken);
    }
  }

  /**
   * Adds the port to the list if nothing can listen on it, with the reason. What is no port, the
   * settings refuse.
   */
  static void check(String host, int port, String use, StringJoiner taken) {
    if (port > 0 && port <= 65_535) {
      refusal(host, port).ifPresent(why -> taken.add("port " + port + " (" + use + "): " + why));
    }
  }

  static boolean isFree(int port) {
    return refusal(NodeSpec.HOST, port).isEmpty();
  }

  /** Why nothing can listen there, in the system's words; empty if something can. */
  private static Optional<String> refusal(String host, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // as servers do: a port in TIME_WAIT counts as free
      socket.bind(new InetSocketAddress(host, port), 1);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.getMessage() + " (" + host + ")");
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

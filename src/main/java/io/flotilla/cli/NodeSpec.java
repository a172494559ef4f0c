package io.flotilla.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where one node of a local cluster lives: its ports on loopback and its directory.
 *
 * @param dnsPort 0: it serves no DNS
 */
record NodeSpec(String id, int httpPort, int clusterPort, int raftPort, int dnsPort, Path data) {
  static final String HOST = "127.0.0.1";

  /** {@code n1 ... nN} on consecutive ports. */
  static List<NodeSpec> series(int nodes, int http, int cluster, int raft, int dns, Path data) {
    NodeSpec first = new NodeSpec(id(1), http, cluster, raft, dns, data.resolve(id(1)));
    return IntStream.rangeClosed(1, nodes).mapToObj(first::sibling).toList();
  }

  private static String id(int number) {
    return "n" + number;
  }

  /** 4 of {@code n4}. */
  int number() {
    return Integer.parseInt(id.substring(1));
  }

  /** The node of another number of the same series. */
  NodeSpec sibling(int number) {
    int further = number - number();
    return new NodeSpec(
        id(number),
        httpPort + further,
        clusterPort + further,
        raftPort + further,
        dnsPort == 0 ? 0 : dnsPort + further,
        data.resolveSibling(id(number)));
  }

  /** {@code n1 ... nN} on ports that are free right now. */
  static List<NodeSpec> onFreePorts(int nodes, Path data) {
    List<Integer> ports = Ports.free(nodes * 3);
    List<NodeSpec> specs = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      String id = "n" + (i + 1);
      specs.add(
          new NodeSpec(
              id,
              ports.get(3 * i),
              ports.get(3 * i + 1),
              ports.get(3 * i + 2),
              0,
              data.resolve(id)));
    }
    return specs;
  }

  String http() {
    return HOST + ":" + httpPort;
  }

  /** With the scheme that it speaks. */
  String url() {
    return (LocalTls.isOn(this) ? "https://" : "http://") + http();
  }

  Path log() {
    return data.resolve("log");
  }

  static String seeds(List<NodeSpec> all) {
    return all.stream()
        .map(n -> n.id + "@" + HOST + ":" + n.clusterPort + ":" + n.raftPort)
        .collect(Collectors.joining(","));
  }

  static String addresses(List<NodeSpec> all) {
    return all.stream().map(NodeSpec::http).collect(Collectors.joining(","));
  }

  /** The {@code node} command that runs it as one of the given nodes. */
  List<String> arguments(List<NodeSpec> all) {
    return command(Stream.of("--seeds=" + seeds(all)));
  }

  /** The {@code node} command that runs it as a further member of the given nodes' cluster. */
  List<String> joining(List<NodeSpec> others) {
    return command(others.stream().map(n -> "--join=" + HOST + ":" + n.clusterPort));
  }

  private List<String> command(Stream<String> others) {
    Stream<String> own =
        Stream.of(
            "node",
            "--id=" + id,
            "--data=" + data,
            "--host=" + HOST,
            "--http=" + http(),
            "--cluster-port=" + clusterPort,
            "--raft-port=" + raftPort);
    Stream<String> dns = Stream.of("--dns=" + HOST + ":" + dnsPort).filter(option -> dnsPort != 0);
    return Stream.of(own, dns, others).flatMap(s -> s).toList();
  }
}

package io.flotilla.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Where one node of a local cluster lives: its ports on loopback and its directory. */
record NodeSpec(String id, int httpPort, int clusterPort, int raftPort, Path data) {
  static final String HOST = "127.0.0.1";

  /** {@code n1 ... nN} on consecutive ports. */
  static List<NodeSpec> series(int nodes, int http, int cluster, int raft, Path data) {
    List<NodeSpec> specs = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      String id = "n" + (i + 1);
      specs.add(new NodeSpec(id, http + i, cluster + i, raft + i, data.resolve(id)));
    }
    return specs;
  }

  /** {@code n1 ... nN} on ports that are free right now. */
  static List<NodeSpec> onFreePorts(int nodes, Path data) {
    List<Integer> ports = Ports.free(nodes * 3);
    List<NodeSpec> specs = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      String id = "n" + (i + 1);
      specs.add(
          new NodeSpec(
              id, ports.get(3 * i), ports.get(3 * i + 1), ports.get(3 * i + 2), data.resolve(id)));
    }
    return specs;
  }

  String http() {
    return HOST + ":" + httpPort;
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

  /** The {@code node} command that runs it as a member of the given nodes. */
  List<String> arguments(List<NodeSpec> all) {
    return List.of(
        "node",
        "--id=" + id,
        "--data=" + data,
        "--host=" + HOST,
        "--http=" + http(),
        "--cluster-port=" + clusterPort,
        "--raft-port=" + raftPort,
        "--seeds=" + seeds(all));
  }
}

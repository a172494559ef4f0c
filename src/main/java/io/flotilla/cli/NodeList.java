package io.flotilla.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code DATA/nodes}: the nodes of the cluster there, one a line. It outlives {@code up}, whose
 * next start runs these.
 */
final class NodeList {
  private NodeList() {}

  /** Their numbers; empty if no cluster was ever ready there. */
  static List<Integer> read(Path data) {
    try {
      return Files.exists(file(data))
          ? Files.readAllLines(file(data)).stream()
              .map(line -> Integer.parseInt(line.strip().substring(1)))
              .toList()
          : List.of();
    } catch (IOException | RuntimeException e) {
      throw new CliException("can't read %s: %s", file(data), e.getMessage());
    }
  }

  static void write(Path data, List<NodeSpec> nodes) {
    try {
      Files.write(file(data), nodes.stream().map(NodeSpec::id).toList());
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + file(data), e);
    }
  }

  private static Path file(Path data) {
    return data.resolve("nodes");
  }
}

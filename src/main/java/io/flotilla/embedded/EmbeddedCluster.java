package io.flotilla.embedded;

import static java.util.stream.Collectors.joining;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.client.Flotilla;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A cluster in this process, on free ports of loopback, with disks that are deleted when it is
 * closed: for tests. Not thread-safe.
 */
public final class EmbeddedCluster implements AutoCloseable {
  private static final Duration STARTING = Duration.ofMinutes(2);

  private final Config config;
  private final Path data;
  private final List<Integer> ports;
  private final EmbeddedNode[] nodes;
  private boolean formed;

  private EmbeddedCluster(int size, Config config) {
    if (size < 1) {
      throw new IllegalArgumentException("a cluster has at least 1 node, not " + size);
    }
    this.config = config;
    this.ports = FreePorts.next(3 * size);
    this.nodes = new EmbeddedNode[size];
    try {
      this.data = Files.createTempDirectory("flotilla");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a cluster with the default settings.
   *
   * @param size how many nodes; they are called n1, n2, …
   * @return the cluster, which serves requests
   * @throws IllegalStateException if it can't start
   */
  public static EmbeddedCluster start(int size) {
    return start(size, ConfigFactory.empty());
  }

  /**
   * Starts a cluster.
   *
   * @param size how many nodes; they are called n1, n2, …
   * @param config settings of all of them, such as {@code flotilla.session.exact-ttl}
   * @return the cluster, which serves requests
   * @throws IllegalStateException if it can't start
   */
  public static EmbeddedCluster start(int size, Config config) {
    EmbeddedCluster cluster = new EmbeddedCluster(size, config);
    try {
      IntStream.range(0, size).forEach(cluster::begin);
      Stream.of(cluster.nodes).forEach(node -> node.awaitReady(STARTING));
      cluster.formed = true;
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void begin(int node) {
    Map<String, Object> own =
        Map.of(
            "flotilla.node.id", id(node),
            "flotilla.node.data", data.resolve(id(node)).toString(),
            "flotilla.node.host", "127.0.0.1",
            "flotilla.http.host", "127.0.0.1",
            "flotilla.http.port", ports.get(3 * node),
            "flotilla.cluster.port", ports.get(3 * node + 1),
            "flotilla.journal.port", ports.get(3 * node + 2),
            "flotilla.cluster.seeds", seeds(),
            "flotilla.cluster.bootstrap", !formed);
    nodes[node] = EmbeddedNode.begin(ConfigFactory.parseMap(own).withFallback(config));
  }

  private static String id(int node) {
    return "n" + (node + 1);
  }

  private List<String> seeds() {
    return nodes.length == 1
        ? List.of()
        : IntStream.range(0, nodes.length)
            .mapToObj(
                i -> id(i) + "@127.0.0.1:" + ports.get(3 * i + 1) + ":" + ports.get(3 * i + 2))
            .toList();
  }

  /** {@return how many nodes it has, those that were stopped included} */
  public int size() {
    return nodes.length;
  }

  /** {@return where all nodes serve HTTP, for {@link Flotilla#connect}} */
  public String addresses() {
    return IntStream.range(0, size()).mapToObj(this::address).collect(joining(","));
  }

  /**
   * {@return where a node serves HTTP, as {@code host:port}}
   *
   * @param node from 0
   */
  public String address(int node) {
    return "127.0.0.1:" + ports.get(3 * Objects.checkIndex(node, size()));
  }

  /** {@return a client of all nodes; to be closed} */
  public Flotilla client() {
    return Flotilla.connect(addresses());
  }

  /**
   * Ends a node in order; its disk stays.
   *
   * @param node from 0
   */
  public void stop(int node) {
    if (nodes[node] != null) {
      nodes[node].close();
      nodes[node] = null;
    }
  }

  /**
   * Starts a node again that was stopped, with its disk, and waits until it serves requests.
   *
   * @param node from 0
   * @throws IllegalStateException if it can't start
   */
  public void restart(int node) {
    stop(node);
    begin(node);
    nodes[node].awaitReady(STARTING);
  }

  /** Ends all nodes at once and deletes their disks. */
  @Override
  public void close() {
    Arrays.stream(nodes).filter(Objects::nonNull).toList().parallelStream()
        .forEach(EmbeddedNode::close);
    Arrays.fill(nodes, null);
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

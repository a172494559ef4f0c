package io.flotilla.cli;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * {@code DATA/up.json}: the processes of the nodes. Written by {@code up}; {@code crash}, {@code
 * restart} and {@code down} use it to find the nodes from another terminal.
 */
record UpState(Running up, List<NodeState> nodes) {
  private static final String FILE = "up.json";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /**
   * A process. Its id alone may belong to another one by now.
   *
   * @param startedAt in milliseconds since 1970
   */
  record Running(long pid, long startedAt) {
    static Running of(ProcessHandle process) {
      return new Running(process.pid(), NodeProcess.startedAt(process).toEpochMilli());
    }

    Optional<ProcessHandle> process() {
      return NodeProcess.find(pid, Instant.ofEpochMilli(startedAt));
    }
  }

  /** A node and its last process. */
  record NodeState(
      String id,
      Running process,
      int httpPort,
      int clusterPort,
      int raftPort,
      int dnsPort,
      String data,
      List<String> command) {
    /**
     * @param command for people to read
     */
    static NodeState of(NodeSpec spec, Process process, List<String> command) {
      return new NodeState(
          spec.id(),
          Running.of(process.toHandle()),
          spec.httpPort(),
          spec.clusterPort(),
          spec.raftPort(),
          spec.dnsPort(),
          spec.data().toString(),
          command);
    }

    boolean runs() {
      return process.process().isPresent();
    }

    NodeSpec spec() {
      return new NodeSpec(id, httpPort, clusterPort, raftPort, dnsPort, Path.of(data));
    }
  }

  List<NodeSpec> specs() {
    return nodes.stream().map(NodeState::spec).toList();
  }

  NodeState node(String id) {
    return nodes.stream()
        .filter(n -> n.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new CliException(
                    "no node is called \"%s\"; the nodes are %s",
                    id, String.join(", ", nodes.stream().map(NodeState::id).toList())));
  }

  List<NodeState> alive() {
    return nodes.stream().filter(NodeState::runs).toList();
  }

  boolean has(String id) {
    return nodes.stream().anyMatch(n -> n.id().equals(id));
  }

  /** With this node, in the place of an earlier one of its name. */
  UpState with(NodeState changed) {
    List<NodeState> all = new ArrayList<>(nodes);
    all.replaceAll(n -> n.id().equals(changed.id()) ? changed : n);
    if (!has(changed.id())) {
      all.add(changed);
    }
    return new UpState(up, List.copyOf(all));
  }

  UpState without(String id) {
    return new UpState(up, nodes.stream().filter(n -> !n.id().equals(id)).toList());
  }

  static Optional<UpState> load(Path data) {
    Path file = data.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), UpState.class));
    } catch (IOException e) {
      throw new CliException("can't read %s: %s", file, e.getMessage());
    }
  }

  /** Replaces the file atomically, so that a reader never sees half of it. */
  void save(Path data) {
    try {
      Path next = data.resolve(FILE + ".new");
      Files.write(next, JSON.writeValueAsBytes(this));
      Files.move(
          next,
          data.resolve(FILE),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + data.resolve(FILE), e);
    }
  }

  static void remove(Path data) {
    try {
      Files.deleteIfExists(data.resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes which nodes there are, for this run and for later ones. */
  static void change(Path data, UnaryOperator<UpState> change) {
    exclusively(
        data,
        () ->
            load(data)
                .map(change)
                .ifPresent(
                    state -> {
                      state.save(data);
                      NodeList.write(data, state.specs());
                    }));
  }

  /** Changes the file while no other terminal does, nor another thread. */
  static synchronized void exclusively(Path data, Runnable change) {
    try (FileChannel lock =
            FileChannel.open(
                data.resolve("up.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var held = lock.lock()) {
      change.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.flotilla.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Several nodes on this machine, each a child process. */
final class LocalCluster {
  private static final Duration GRACE = Duration.ofSeconds(15);

  private final List<NodeSpec> specs;
  private final Map<String, Process> processes = new ConcurrentHashMap<>();

  LocalCluster(List<NodeSpec> specs) {
    this.specs = List.copyOf(specs);
  }

  List<NodeSpec> specs() {
    return specs;
  }

  NodeSpec spec(String id) {
    return specs.stream().filter(s -> s.id().equals(id)).findFirst().orElseThrow();
  }

  String addresses() {
    return NodeSpec.addresses(specs);
  }

  /**
   * @param first whether this cluster never ran before: then the nodes form it
   */
  void startAll(boolean first) {
    for (NodeSpec spec : specs) {
      processes.put(
          spec.id(), first ? NodeProcess.startFirst(spec, specs) : NodeProcess.start(spec, specs));
    }
  }

  Process start(String id) {
    Process process = NodeProcess.start(spec(id), specs);
    processes.put(id, process);
    return process;
  }

  Process process(String id) {
    return processes.get(id);
  }

  boolean isAlive(String id) {
    Process process = processes.get(id);
    return process != null && process.isAlive();
  }

  void crash(String id) {
    NodeProcess.crash(processes.get(id).toHandle());
  }

  /** The content of {@code up.json} for this cluster. */
  UpState state() {
    return new UpState(
        UpState.Running.of(ProcessHandle.current()),
        specs.stream()
            .map(s -> UpState.NodeState.of(s, processes.get(s.id()), s.arguments(specs)))
            .toList());
  }

  void stop() {
    stop(
        specs.stream()
            .filter(s -> isAlive(s.id()))
            .map(s -> UpState.NodeState.of(s, processes.get(s.id()), s.arguments(specs)))
            .toList());
  }

  /**
   * Stops nodes cleanly: all are asked (SIGTERM) so that they leave the cluster together; those
   * still running after the grace period are killed, which loses nothing either.
   */
  static void stop(List<UpState.NodeState> nodes) {
    List<ProcessHandle> asked = new ArrayList<>();
    for (UpState.NodeState n : nodes) {
      n.process().process().ifPresent(asked::add);
    }
    asked.forEach(ProcessHandle::destroy);
    long began = System.nanoTime();
    for (UpState.NodeState n : nodes) {
      n.process()
          .process()
          .ifPresent(
              p -> {
                Duration spent = Duration.ofNanos(System.nanoTime() - began);
                if (!endedWithProgress(n.id(), p, GRACE.minus(spent))) {
                  Screen.remark("%s did not end in time: kill -9", n.id());
                  NodeProcess.crash(p);
                }
              });
    }
  }

  private static boolean endedWithProgress(String id, ProcessHandle process, Duration within) {
    return Progress.until("waiting for " + id + " to end", within, () -> !process.isAlive());
  }
}

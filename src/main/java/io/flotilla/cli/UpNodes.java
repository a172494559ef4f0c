package io.flotilla.cli;

import io.flotilla.cli.UpState.NodeState;
import io.flotilla.journal.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What can be done to the nodes of {@code up}: from another terminal, and by the dashboard. */
final class UpNodes {
  /** The most that the ports of a kind can be apart before they are those of another. */
  private static final int LAST = 99;

  private static final Duration STOP = Duration.ofSeconds(15);

  private final Path data;

  /** Those that were paused from here, by node. */
  private final Map<String, Long> paused = new ConcurrentHashMap<>();

  UpNodes(Path data) {
    this.data = data;
  }

  UpState state() {
    return UpState.load(data)
        .orElseThrow(() -> new CliException("no cluster of ./flotilla up runs in %s", data));
  }

  /** None before they are started. */
  List<NodeSpec> specs() {
    return UpState.load(data).map(UpState::specs).orElse(List.of());
  }

  private static ProcessHandle running(NodeState node) {
    return node.process()
        .process()
        .orElseThrow(
            () ->
                new CliException(
                    "%s is not running; start it again: ./flotilla restart %s",
                    node.id(), node.id()));
  }

  /** kill -9; also of one that is paused. */
  ProcessHandle crash(String id) {
    ProcessHandle process = running(state().node(id));
    NodeProcess.crash(process);
    return process;
  }

  boolean isPaused(NodeState node) {
    return Long.valueOf(node.process().pid()).equals(paused.get(node.id()));
  }

  /** Its process stops where it is, and answers nobody. */
  void pause(String id) {
    ProcessHandle process = running(state().node(id));
    signal("-STOP", process);
    paused.put(id, process.pid());
  }

  void resume(String id) {
    NodeState node = state().node(id);
    if (!isPaused(node)) {
      throw new CliException("%s is not paused", id);
    }
    signal("-CONT", running(node));
    paused.remove(id);
  }

  /** A process that is paused can't end in good order. */
  void resumeAll() {
    UpState.load(data).stream()
        .flatMap(state -> state.alive().stream())
        .filter(this::isPaused)
        .forEach(node -> resume(node.id()));
  }

  private static void signal(String signal, ProcessHandle process) {
    try {
      // Each shell has it, not each machine has it as a program.
      String kill = "kill " + signal + " " + process.pid();
      Process shell = new ProcessBuilder("/bin/sh", "-c", kill).start();
      if (shell.waitFor() != 0) {
        throw new CliException("%s failed", kill);
      }
    } catch (IOException e) {
      throw new CliException("can't run a shell: %s", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException("interrupted");
    }
  }

  /** Starts it again with its data; one that runs is ended first. */
  NodeState restart(String id) {
    List<NodeState> started = new ArrayList<>();
    UpState.exclusively(
        data,
        () -> {
          UpState state = state();
          NodeState node = state.node(id);
          node.process().process().ifPresent(process -> end(node, process));
          List<NodeSpec> all = state.specs();
          Ports.mustBeFree(List.of(node.spec()));
          Process process = NodeProcess.start(node.spec(), all);
          started.add(NodeState.of(node.spec(), process, node.spec().arguments(all)));
          state.with(started.get(0)).save(data);
        });
    return started.get(0);
  }

  private void end(NodeState node, ProcessHandle running) {
    Screen.remark("%s is running; stopping it first", node.id());
    if (isPaused(node)) {
      NodeProcess.crash(running);
      return;
    }
    running.destroy();
    if (!NodeProcess.ended(running, STOP)) {
      NodeProcess.crash(running);
    }
  }

  /** A further node, which joins the others. */
  NodeState add() {
    List<NodeState> started = new ArrayList<>();
    UpState.change(
        data,
        state -> {
          NodeSpec node = next(state);
          Ports.mustBeFree(List.of(node));
          List<NodeSpec> others = state.specs();
          Process process = NodeProcess.startJoining(node, others);
          started.add(NodeState.of(node, process, node.joining(others)));
          return state.with(started.get(0));
        });
    return Optional.of(started)
        .filter(one -> !one.isEmpty())
        .map(one -> one.get(0))
        .orElseThrow(() -> new CliException("no cluster of ./flotilla up runs in %s", data));
  }

  /** Numbers aren't used again: the disk of a removed member may still be there. */
  private NodeSpec next(UpState state) {
    NodeSpec last = state.specs().get(state.nodes().size() - 1);
    int number = state.specs().stream().mapToInt(NodeSpec::number).max().orElseThrow() + 1;
    try {
      while (DataDirectory.hasCluster(last.sibling(number).data())) {
        number++;
      }
    } catch (IOException e) {
      throw new CliException("can't read %s: %s", data, e.getMessage());
    }
    if (number > LAST) {
      throw new CliException("there have been %d nodes here; start a new cluster", LAST);
    }
    return last.sibling(number);
  }
}

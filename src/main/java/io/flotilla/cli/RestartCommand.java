package io.flotilla.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code restart n2}: starts a node again under its id, on its ports, with its data. */
@Command(
    name = "restart",
    description = "Start a crashed node again with its data. A running one is stopped first.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./flotilla crash n2; ./flotilla restart n2"})
public final class RestartCommand implements Callable<Integer> {
  private static final Duration STOP = Duration.ofSeconds(15);
  private static final Duration READY = Duration.ofMinutes(3);

  @Mixin private DataOption data;

  @Parameters(paramLabel = "NODE", description = "The node's id, such as n2.")
  private String id;

  @Override
  public Integer call() {
    Path dir = data.find().data();
    UpState.exclusively(dir, () -> restart(dir));
    UpState.NodeState node = data.find().state().node(id);
    long began = System.nanoTime();
    if (!Progress.untilReady(node.spec(), node::runs, READY)) {
      throw new CliException(
          "%s did not become ready. The end of its log, %s:%n    %s",
          id, node.spec().log(), NodeProcess.lastWords(node.spec(), 10));
    }
    Screen.say(
        "%s is back after %s, ready at %s",
        id, Screen.seconds((System.nanoTime() - began) / 1_000_000), node.spec().url());
    return 0;
  }

  private void restart(Path dir) {
    UpState state = data.find().state();
    UpState.NodeState node = state.node(id);
    Optional<ProcessHandle> running = node.process().process();
    if (running.isPresent()) {
      Screen.remark("%s is running; stopping it first", id);
      running.get().destroy();
      if (!NodeProcess.ended(running.get(), STOP)) {
        NodeProcess.crash(running.get());
      }
    }
    List<NodeSpec> all = state.specs();
    Ports.mustBeFree(List.of(node.spec()));
    Process process = NodeProcess.start(node.spec(), all);
    state.with(UpState.NodeState.of(node.spec(), process, node.spec().arguments(all))).save(dir);
    Screen.say("%s started as process %d with the data in %s", id, process.pid(), node.data());
  }
}

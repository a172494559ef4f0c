package io.flotilla.cli;

import java.time.Duration;
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
  private static final Duration READY = Duration.ofMinutes(3);

  @Mixin private DataOption data;

  @Parameters(paramLabel = "NODE", description = "The node's id, such as n2.")
  private String id;

  @Override
  public Integer call() {
    UpState.NodeState node = new UpNodes(data.find().data()).restart(id);
    Screen.say(
        "%s started as process %d with the data in %s", id, node.process().pid(), node.data());
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
}

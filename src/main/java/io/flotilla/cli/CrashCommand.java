package io.flotilla.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code crash n2}: kill -9 of a node that {@code up} runs. */
@Command(
    name = "crash",
    description = "kill -9 a node of the cluster that ./flotilla up runs.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./flotilla crash n2      then: ./flotilla restart n2"})
public final class CrashCommand implements Callable<Integer> {
  @Mixin private DataOption data;

  @Parameters(paramLabel = "NODE", description = "The node's id, such as n2.")
  private String id;

  @Override
  public Integer call() {
    ProcessHandle process = new UpNodes(data.find().data()).crash(id);
    Screen.say("Killed %s (process %d): nothing was closed or flushed.", id, process.pid());
    Screen.say("The others keep running. Start it again: ./flotilla restart %s", id);
    return 0;
  }
}

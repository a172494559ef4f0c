package io.flotilla.cli;

import io.flotilla.client.Election;
import io.flotilla.client.Flotilla;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code elect NAME -- COMMAND…}. */
@Command(
    name = "elect",
    description = "Stand for election and run a command while leading.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "One candidate for NAME leads; the others take over in the order in which they",
      "arrived. If leadership is lost, the command is ended and this process stands",
      "again. If the command ends by itself, so does this process, with its exit code.",
      "The leader's name is the value of the key NAME.",
      "",
      "Examples:",
      "  ./flotilla elect scheduler --as host-1 -- ./scheduler.sh",
    })
public final class ElectCommand implements Callable<Integer> {
  @Mixin private ClientOptions client;
  @Mixin private HoldOptions hold;

  @Parameters(index = "0", paramLabel = "NAME", description = "The election's name.")
  private String name;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "What to run.")
  private List<String> command;

  @Option(names = "--as", paramLabel = "CANDIDATE", description = "Default: process PID")
  private String candidate = "process " + ProcessHandle.current().pid();

  @Override
  public Integer call() throws InterruptedException {
    try (Flotilla flotilla = client.connect();
        Election election = flotilla.recipes(hold.namespace, hold.ttl()).election(name, candidate);
        Unwind unwind = Unwind.on(election::close)) {
      while (true) {
        long token = election.campaign();
        AtomicBoolean lost = new AtomicBoolean();
        ChildProcess child = ChildProcess.start(command, token);
        unwind.first(child::end);
        election.onLost(
            () -> {
              lost.set(true);
              Screen.remark("%s", "no longer leader of " + name + "; ending the command");
              child.end();
            });
        int code = child.await();
        if (!lost.get()) {
          return code;
        }
      }
    }
  }
}

package io.flotilla.cli;

import io.flotilla.cli.DataOption.Found;
import io.flotilla.cli.UpState.NodeState;
import io.flotilla.client.Flotilla;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code member remove n2}: the cluster goes on without it. */
@Command(
    name = "remove",
    description = "Remove a member, dead or alive, for good.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "If it leads, another takes the lead first. Its process ends by itself with exit",
      "code 0, and so it does if it is started again with its old data. Refused if",
      "fewer than a majority of the remaining members would be running.",
      "",
      "Example:",
      "  ./flotilla member remove n2",
    })
final class MemberRemove implements Callable<Integer> {
  /** It hands over what it serves, as with SIGTERM. */
  private static final Duration END = Duration.ofMinutes(2);

  @Mixin private MemberCommand.Target target;

  @Parameters(paramLabel = "NODE", description = "Its name, such as n2, or its id in the group.")
  private String node;

  @Override
  public Integer call() {
    // Before: afterwards the addresses may be those of nobody.
    var up = target.up().filter(found -> found.state().has(node));
    try (Flotilla flotilla = target.connect()) {
      ClientOptions.await(flotilla.cluster().remove(node));
    }
    Screen.say("%s is a member no more", node);
    up.ifPresent(this::forget);
    return 0;
  }

  /** The window of {@code up} then says so too. */
  private void forget(Found up) {
    NodeState state = up.state().node(node);
    if (!Progress.until("waiting for " + node + " to end", END, () -> !state.runs())) {
      throw new CliException(
          "%s still runs, as process %d; its log, %s, says more",
          node, state.process().pid(), state.spec().log());
    }
    UpState.change(up.data(), now -> now.without(node));
    Screen.say("It has ended; its data stays in %s", state.data());
  }
}

package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code member promote n4}: lets a member that has been caught up vote. */
@Command(
    name = "promote",
    description =
        "Let a learner vote. It does so by itself once it has caught up; this asks again.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./flotilla member promote n4"})
final class MemberPromote implements Callable<Integer> {
  @Mixin private MemberCommand.Target target;

  @Parameters(paramLabel = "NODE", description = "Its name, such as n4, or its id in the group.")
  private String node;

  @Override
  public Integer call() {
    try (Flotilla flotilla = target.connect()) {
      ClientOptions.await(flotilla.cluster().promote(node));
      Screen.say("%s votes", node);
      return 0;
    }
  }
}

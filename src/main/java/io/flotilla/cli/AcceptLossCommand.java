package io.flotilla.cli;

import io.flotilla.journal.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code accept-loss DIR}: lets a node with an incomplete disk and no peers start again. */
@Command(
    name = "accept-loss",
    description = "Let a node continue with what is left on a disk that has lost writes.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A node that finds less on its disk than it acknowledged refuses to start, or",
      "waits for the others to refill it. Use this only if no majority of the others",
      "is left: acknowledged writes may be lost for good. Stop the node first, and",
      "start it again afterwards.",
      "",
      "Example:",
      "  ./flotilla accept-loss data/n1"
    })
public final class AcceptLossCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The node's data directory.")
  private Path directory;

  @Override
  public Integer call() {
    try {
      DataDirectory.Accepted accepted = DataDirectory.acceptLoss(directory);
      if (accepted.lost() == null) {
        Screen.say(
            "Nothing is lost: %s has acknowledged up to index %d, and the log goes up to %d.",
            accepted.node(), accepted.acknowledged(), accepted.end());
      } else {
        Screen.say("%s", accepted.lost());
        Screen.say(
            "Accepted: %s continues from index %d. What could not be used is in %s.",
            accepted.node(), accepted.end(), accepted.aside());
      }
      return 0;
    } catch (IOException e) {
      throw new CliException("%s", e.getMessage());
    }
  }
}

package io.flotilla.cli;

import io.flotilla.journal.DataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code accept-loss DIR}: what a node asks for that finds its disk incomplete and is alone. */
@Command(
    name = "accept-loss",
    description = "Let a node go on with what is left on a disk that has lost writes.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A node that finds less on its disk than it had acknowledged doesn't start, or waits for the",
      "others to fill it. Use this only where no majority of the others is left: writes that were",
      "acknowledged may be gone for good. The node must be down; start it again afterwards.",
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
            "Accepted: %s goes on from index %d. What could not be used is in %s.",
            accepted.node(), accepted.end(), accepted.aside());
      }
      return 0;
    } catch (IOException e) {
      throw new CliException("%s", e.getMessage());
    }
  }
}

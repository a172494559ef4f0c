package io.flotilla.cli;

import io.flotilla.journal.Backup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code snapshot inspect FILE}. */
@Command(
    name = "inspect",
    description = "Check a snapshot, and show what is in it.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./flotilla snapshot inspect monday.snap"})
final class SnapshotInspect implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE", description = "What snapshot save has written.")
  private Path file;

  @Override
  public Integer call() {
    try {
      show(file, Backup.inspect(file));
      return 0;
    } catch (IOException e) {
      throw new CliException("%s", e.getMessage());
    }
  }

  static void show(Path file, Backup.Contents backup) {
    Screen.say("%s is a whole snapshot of the cluster %s.", file, backup.cluster());
    Screen.say("  log    index %d, term %d", backup.index(), backup.term());
    Screen.say("  taken  %s, on %s", RecoverCommand.age(backup.taken()), backup.node());
    Screen.say("  size   %d bytes", backup.fileBytes());
    for (Backup.Kind kind : backup.kinds()) {
      Screen.say("  %-22s %6d, %d bytes", kind.name(), kind.count(), kind.bytes());
    }
  }
}

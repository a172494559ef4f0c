package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.journal.Backup;
import io.flotilla.journal.DataDirectory;
import io.flotilla.node.Restorable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code snapshot restore FILE}: replaces all that a cluster stores by what a snapshot has. */
@Command(
    name = "restore",
    description = "Replace all that a cluster stores by what is in a snapshot.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The cluster goes on meanwhile: at one moment it has what it had, at the next what",
      "the snapshot has. Sessions, locks and watches are told. Without --yes nothing is",
      "changed.",
      "",
      "With --data, all nodes must be down: the disk of one becomes the whole cluster.",
      "It is that of a node of the cluster that is to have the state of the snapshot:",
      "the one that it was taken of, or a new one that was formed and stopped. Afterwards",
      "start the node as before, and the other nodes with empty data directories: they",
      "join and are filled. Their old disks are refused.",
      "",
      "Example:",
      "  ./flotilla snapshot restore monday.snap",
      "  ./flotilla snapshot restore --yes monday.snap",
      "  ./flotilla snapshot restore --data data/n1 --yes monday.snap"
    })
final class SnapshotRestore extends DiskCommand {
  @Mixin private ClientOptions client;

  @Parameters(index = "0", paramLabel = "FILE", description = "What snapshot save has written.")
  private Path file;

  @Option(
      names = "--timeout",
      converter = Times.class,
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "How long a cluster that runs may take. Default: ${DEFAULT-VALUE}")
  private Duration timeout;

  @Override
  public Integer call() {
    if (directory != null) {
      return super.call();
    }
    try {
      SnapshotInspect.show(file, Backup.inspect(file));
    } catch (IOException e) {
      throw new CliException("%s", e.getMessage());
    }
    if (yes) {
      restore();
    } else {
      Screen.say("Nothing was changed. To replace all that the cluster has by this, add --yes.");
    }
    return 0;
  }

  private void restore() {
    try (Flotilla flotilla = MemberCommand.Target.connect(client, new DataOption())) {
      CompletableFuture<Long> restored = flotilla.cluster().restore(file, timeout);
      Progress.until("the cluster takes " + file, timeout, restored::isDone);
      Screen.say("It is in place as of log index %d.", ClientOptions.await(restored));
    }
  }

  @Override
  void show() throws IOException {
    DataDirectory.Contents disk = DataDirectory.contents(directory);
    SnapshotInspect.show(file, Backup.inspect(file));
    Screen.say(
        "%s is the disk %s, whose log goes up to index %d.", directory, disk.peerId(), disk.end());
    Screen.say(
        "%s",
        "Nothing was changed. To replace all that the cluster has by what is in the snapshot, stop\n"
            + "all nodes and add --yes.");
  }

  @Override
  void change() throws IOException {
    DataDirectory.Recovered done = DataDirectory.restore(directory, file, Restorable.KINDS);
    Screen.say(
        "%s is the whole cluster now, as %s, generation %s, with the state of the snapshot. The old"
            + " data is in %s.",
        done.node(), done.peerId(), done.generation(), done.aside());
    sayHowToGoOn(done);
  }
}

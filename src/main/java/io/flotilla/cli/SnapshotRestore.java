package io.flotilla.cli;

import io.flotilla.journal.Backup;
import io.flotilla.journal.DataDirectory;
import io.flotilla.node.Restorable;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code snapshot restore FILE}: makes a disk the whole group, with what a snapshot has. */
@Command(
    name = "restore",
    description = "Make one disk the whole cluster, with what is in a snapshot.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "All nodes must be down. The disk is that of a node of the cluster that is to",
      "have the state of the snapshot: the one that it was taken of, or a new one that",
      "was formed and stopped. Without --yes nothing is changed.",
      "",
      "Afterwards start the node as before, and the other nodes with empty data",
      "directories: they join and are filled. Their old disks are refused.",
      "",
      "Example:",
      "  ./flotilla snapshot restore --data data/n1 monday.snap",
      "  ./flotilla snapshot restore --data data/n1 --yes monday.snap"
    })
final class SnapshotRestore extends DiskCommand {
  @Parameters(index = "0", paramLabel = "FILE", description = "What snapshot save has written.")
  private Path file;

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

package io.flotilla.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A node's data directory, for commands that work on it while the node is down. */
public final class DataDirectory {
  private DataDirectory() {}

  /**
   * @param acknowledged the last index the disk had acknowledged; -1 if none or no longer known
   * @param end the last index still present
   * @param lost a description of the loss; null if nothing was lost
   * @param aside where unusable data was put
   */
  public record Accepted(String node, long acknowledged, long end, String lost, Path aside) {}

  /** Whether the node is or was in a cluster, according to its directory. */
  public static boolean hasCluster(Path directory) throws IOException {
    if (Files.exists(directory.resolve("identity"), LinkOption.NOFOLLOW_LINKS)) {
      try {
        return Identity.in(directory).hasGroup();
      } catch (IOException e) {
        return true;
      }
    }
    Path raft = directory.resolve("raft");
    if (!Files.exists(raft)) {
      return false;
    }
    try (Stream<Path> groups = Files.list(raft)) {
      return groups.findAny().isPresent();
    }
  }

  /**
   * Lets a node whose disk has lost acknowledged data go on with what is left. The node must be
   * down. The lost data may be gone for good.
   */
  public static Accepted acceptLoss(Path directory) throws IOException {
    if (!Files.exists(directory.resolve("identity"), LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(directory + " isn't the data directory of a node: no identity in it");
    }
    try (DataLock lock = DataLock.take(directory);
        Mark mark = new Mark(directory)) {
      Identity identity = Identity.in(directory);
      DiskCheck disk = new DiskCheck(directory, identity, mark);
      long acknowledged = disk.promise().index();
      if (disk.loss() != null) {
        Identity left = disk.acceptLoss();
        left.with(left.group(), left.initialMembers()).write(directory);
      }
      return new Accepted(identity.node(), acknowledged, disk.end(), disk.loss(), disk.aside());
    }
  }
}

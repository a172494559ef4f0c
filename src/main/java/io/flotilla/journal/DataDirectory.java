package io.flotilla.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A node's data directory, for commands that look at it while the node is down. */
public final class DataDirectory {
  private DataDirectory() {}

  /**
   * @param acknowledged the last index the disk had acknowledged; -1 for none, or if it can't be
   *     told any more
   * @param end the last index that is there
   * @param lost what was said of the loss; null when nothing was lost
   * @param aside where to find what could not be used
   */
  public record Accepted(String node, long acknowledged, long end, String lost, Path aside) {}

  /** Whether the node is in a cluster, or was, as far as its directory tells. */
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
   * Lets a node whose disk has lost what it had acknowledged go on with what is left. The node must
   * be down. What the disk had acknowledged and lost may be lost for good.
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

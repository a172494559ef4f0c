package io.flotilla.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
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

  /**
   * What a disk has of the group's log.
   *
   * @param peerId the disk's name in the group
   * @param generation the life of the cluster that it belongs to
   * @param term of the last readable entry
   * @param end the last readable index
   * @param written when the last entry was written, according to the file system
   * @param acknowledged the last index the disk had acknowledged; -1 if none or no longer known
   * @param votedIn the term of its last vote
   * @param lost a description of what it has lost of that; null if nothing
   * @param members of the group, as far as the disk knows
   * @param isWholeGroup whether it is the only one
   */
  public record Contents(
      String node,
      String peerId,
      String generation,
      long term,
      long end,
      Instant written,
      long acknowledged,
      long votedIn,
      String lost,
      List<Member> members,
      boolean isWholeGroup) {}

  /** A member of the group: its node, its disk's name in the group and its Raft address. */
  public record Member(String node, String peerId, String address) {}

  /**
   * A disk that has become the whole group.
   *
   * @param peerId its new name in the group
   * @param aside where the old data is kept
   */
  public record Recovered(String node, String peerId, String generation, Path aside) {}

  /** Whether the node is or was in a cluster, according to its directory. */
  public static boolean hasCluster(Path directory) throws IOException {
    if (hasIdentity(directory)) {
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

  /** Whether the directory contains a copy of any log, however damaged. */
  static boolean hasLog(Path directory) throws IOException {
    Path raft = directory.resolve(Identity.RAFT);
    if (!Files.exists(raft)) {
      return false;
    }
    try (Stream<Path> groups = Files.list(raft)) {
      return groups.anyMatch(group -> Files.exists(group.resolve("current")));
    }
  }

  private static boolean hasIdentity(Path directory) {
    return Files.exists(directory.resolve(Identity.FILE), LinkOption.NOFOLLOW_LINKS);
  }

  private static void requireIdentity(Path directory) throws IOException {
    DiskRecovery.refuseUnfinished(directory);
    if (!hasIdentity(directory)) {
      throw new IOException(directory + " isn't the data directory of a node: no identity in it");
    }
  }

  /**
   * Lets a node whose disk has lost acknowledged data go on with what is left. The node must be
   * down. The lost data may be gone for good.
   */
  public static Accepted acceptLoss(Path directory) throws IOException {
    requireIdentity(directory);
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

  /** Reads what the disk of a node that is down has of the group's log. Changes nothing. */
  public static Contents contents(Path directory) throws IOException {
    requireIdentity(directory);
    try (DataLock lock = DataLock.take(directory)) {
      Survivor disk = new Survivor(directory);
      Identity identity = disk.identity();
      return new Contents(
          identity.node(),
          identity.peerId(),
          Generation.text(identity.generation()),
          disk.term(),
          disk.end(),
          disk.written(),
          disk.promise().index(),
          disk.promise().term(),
          disk.loss(),
          disk.members().stream()
              .map(m -> new Member(m.nodeId(), m.peerId(), m.address()))
              .sorted(Comparator.comparing(Member::node))
              .toList(),
          disk.isWholeGroup());
    }
  }

  /**
   * Makes the disk of a node that is down the whole group, with what it has. What only the other
   * members had is gone for good. Finishes a recovery that was interrupted.
   */
  public static Recovered recover(Path directory) throws IOException {
    if (!DiskRecovery.isUnfinished(directory)) {
      requireIdentity(directory);
    }
    try (DataLock lock = DataLock.take(directory)) {
      DiskRecovery recovery = new DiskRecovery(directory, () -> {});
      return recovered(
          recovery,
          DiskRecovery.isUnfinished(directory)
              ? recovery.finish()
              : recovery.run(new Survivor(directory)));
    }
  }

  private static Recovered recovered(DiskRecovery recovery, Identity identity) {
    return new Recovered(
        identity.node(),
        identity.peerId(),
        Generation.text(identity.generation()),
        recovery.aside(identity));
  }

  /**
   * Makes the disk of a node that is down the whole group, with the state of a backup. What the
   * group had is kept aside. A file that isn't a whole backup is refused before anything changes.
   *
   * @param kinds beginnings of the persistence ids whose entities understand {@link Restored}
   */
  public static Recovered restore(Path directory, Path file, List<String> kinds)
      throws IOException {
    requireIdentity(directory);
    try (DataLock lock = DataLock.take(directory);
        Backup backup = Backup.open(file)) {
      DiskRecovery recovery = new DiskRecovery(directory, () -> {});
      return recovered(recovery, recovery.restore(new Survivor(directory), backup, kinds));
    }
  }
}

package io.flotilla.journal;

import io.flotilla.journal.Identity.Group;
import io.flotilla.journal.RaftNode.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * Makes a disk the whole group, when the majority of the group's disks is lost for good, or when
 * the state is to be that of a {@link Backup}.
 *
 * <p>The disk gets a new peer id and a new group of which it is the only member. The group's id is
 * new too ({@link Generation}), so members of the old one can't take part in it. It begins with a
 * state file that contains every readable entry of the old log, as if it had received that from a
 * leader.
 *
 * <p>The new directory is made in {@code recovering}, beside the old data. Renaming that to {@code
 * recovered} decides. Then its parts take the place of the old ones one by one, the identity last.
 * Killed before the decision, nothing has happened; after it, nodes refuse to start with this
 * directory until the recovery is called again and finishes.
 */
final class DiskRecovery {
  private static final String MAKING = "recovering";
  private static final String MADE = "recovered";
  private static final List<String> PARTS =
      List.of(Identity.RAFT, Mark.FILE, MembersFile.FILE, Identity.FILE);

  private final Path directory;
  private final Path making;
  private final Path made;
  private final Runnable beforeEachChange;

  /**
   * @param beforeEachChange called before each change to the disk; the recovery ends where it
   *     throws
   */
  DiskRecovery(Path directory, Runnable beforeEachChange) {
    this.directory = directory;
    this.making = directory.resolve(MAKING);
    this.made = directory.resolve(MADE);
    this.beforeEachChange = beforeEachChange;
  }

  /** Throws if a recovery has begun to replace the data and hasn't finished. */
  static void refuseUnfinished(Path directory) throws IOException {
    if (isUnfinished(directory)) {
      throw new IOException(
          "The recovery of "
              + directory
              + " was interrupted while it replaced the old data. Finish it: ./flotilla recover"
              + " --yes --data "
              + directory.toAbsolutePath());
    }
  }

  static boolean isUnfinished(Path directory) {
    return Files.exists(directory.resolve(MADE).resolve(Identity.FILE), LinkOption.NOFOLLOW_LINKS);
  }

  /** Makes the new directory, whose state is the old one's at its end, and switches to it. */
  Identity run(Survivor old) throws IOException {
    if (old.isWholeGroup()) {
      throw new IOException(
          directory
              + " is the whole cluster already, so there is nothing to recover."
              + (old.loss() == null
                  ? ""
                  : " To go on without what it has lost: ./flotilla accept-loss "
                      + directory.toAbsolutePath()));
    }
    return begin(old, vacated(old), TermIndex.valueOf(old.term(), old.end()));
  }

  /**
   * Makes a new directory with the state of a backup, and switches to it. The new log goes on after
   * both: an index that the old one or the backup's had is never used again.
   */
  Identity restore(Survivor old, Backup backup, List<String> kinds) throws IOException {
    StatePart.Origin origin = backup.origin();
    TermIndex at =
        TermIndex.valueOf(Math.max(old.term(), origin.term()), Math.max(old.end(), origin.index()));
    Set<String> known = old.state().entities().keySet();
    return begin(old, backup.state(known, at.getIndex(), kinds), at);
  }

  private Identity begin(Survivor old, LogState state, TermIndex at) throws IOException {
    Identity identity = make(old, state, at);
    sync(making);
    change(() -> Files.move(making, made, StandardCopyOption.ATOMIC_MOVE));
    StateFiles.syncDirectory(directory);
    finish();
    return identity;
  }

  private Identity make(Survivor old, LogState state, TermIndex at) throws IOException {
    long term = Math.max(at.getTerm(), old.latestTerm());
    change(() -> delete(making));
    change(() -> delete(made));
    Identity fresh =
        Identity.fresh(
            old.identity().node(),
            old.identity().cluster(),
            Generation.after(old.identity().generation()));
    Member before = old.self();
    Member self = new Member(fresh.peerId(), before.address(), before.clusterAddress());
    Identity identity = fresh.with(Group.MEMBER, List.of(self));
    Path group = identity.groupDirectory(making);
    change(() -> OwnerOnly.createDirectories(group.resolve("current")));
    change(() -> StateFiles.begin(group, state, at));
    change(() -> VoteFile.write(group, term, ""));
    change(() -> new MembersFile(making).begin(group, only(self, at)));
    change(() -> promise(fresh.peerId(), new Mark.Promise(at.getIndex(), term, "")));
    change(() -> identity.write(making));
    return identity;
  }

  /**
   * No actor system that has a seat is in the new cluster, so that the first to enter founds it.
   */
  private static LogState vacated(Survivor old) throws IOException {
    LogState state = old.state();
    for (Roster.Seat seat : state.roster().seats().values()) {
      Command out = new Command.Out(seat.who().uid(), Roster.Why.REMOVED);
      state = state.apply(old.end(), out).state();
    }
    return state;
  }

  private static LogEntryProto only(Member self, TermIndex at) {
    return LogEntryProto.newBuilder()
        .setTerm(at.getTerm())
        .setIndex(at.getIndex())
        .setConfigurationEntry(
            RaftConfigurationProto.newBuilder().addPeers(self.toPeer().getRaftPeerProto()))
        .build();
  }

  private void promise(String peerId, Mark.Promise promise) throws IOException {
    try (Mark mark = new Mark(making)) {
      mark.create(peerId, promise);
    }
  }

  /** Continues after the decision, from wherever it was left. */
  Identity finish() throws IOException {
    Identity identity = Identity.in(made);
    Path aside = aside(identity);
    change(() -> OwnerOnly.createDirectories(aside));
    StateFiles.syncDirectory(aside.getParent());
    for (String part : PARTS) {
      if (Files.exists(made.resolve(part), LinkOption.NOFOLLOW_LINKS)) {
        if (Files.exists(directory.resolve(part), LinkOption.NOFOLLOW_LINKS)) {
          change(() -> move(part, directory, aside));
        }
        change(() -> move(part, made, directory));
      }
    }
    change(() -> delete(made));
    return identity;
  }

  /** Where the old data is kept: everything that a data directory consists of. */
  Path aside(Identity recovered) {
    return directory
        .resolve("damaged")
        .resolve("before-" + Generation.text(recovered.generation()));
  }

  private static void move(String part, Path from, Path to) throws IOException {
    Files.move(from.resolve(part), to.resolve(part), StandardCopyOption.ATOMIC_MOVE);
    StateFiles.syncDirectory(to);
    StateFiles.syncDirectory(from);
  }

  private interface Change {
    void make() throws IOException;
  }

  private void change(Change change) throws IOException {
    beforeEachChange.run();
    change.make();
  }

  /** The files themselves are synced when they are written. */
  private static void sync(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path directory : all.filter(Files::isDirectory).toList()) {
        StateFiles.syncDirectory(directory);
      }
    }
  }

  private static void delete(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

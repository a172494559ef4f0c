package io.flotilla.journal;

import io.flotilla.journal.RaftNode.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;

/** What is on a disk that may have to become the whole group. Reading it changes nothing. */
final class Survivor {
  private final Path directory;
  private final Identity identity;
  private final DiskCheck disk;
  private final Survey survey;
  private final List<Member> members;

  /** Reads a directory that nobody else uses. */
  Survivor(Path directory) throws IOException {
    this.directory = directory;
    this.identity = Identity.in(directory);
    try (Mark mark = new Mark(directory)) {
      this.disk = new DiskCheck(directory, identity, mark);
    }
    this.survey = disk.survey();
    if (survey.end() < 0) {
      throw new IOException(
          directory
              + " holds no readable log, so there is nothing to recover from it"
              + (survey.damage() == null ? "." : ": " + survey.damage() + "."));
    }
    this.members = newestMembers();
  }

  Identity identity() {
    return identity;
  }

  /** The last readable index. */
  long end() {
    return survey.end();
  }

  /** The term of the entry at that index. */
  long term() {
    return survey.lastTerm();
  }

  /** The latest term that this disk is known to have been in. */
  long latestTerm() {
    return Math.max(survey.lastTerm(), disk.promise().term());
  }

  Mark.Promise promise() {
    return disk.promise();
  }

  Instant written() throws IOException {
    return survey.written();
  }

  /** What the disk has lost of what it had acknowledged, or null. */
  String loss() {
    return disk.loss();
  }

  /** As this disk knows them; during a membership change, the old ones and the new ones. */
  List<Member> members() {
    return members;
  }

  /** Whether the group consists of this disk alone. */
  boolean isWholeGroup() {
    return members.size() == 1 && members.get(0).peerId().equals(identity.peerId());
  }

  /** The members of the newest configuration, be it committed or not, as in Raft. */
  private List<Member> newestMembers() throws IOException {
    LogEntryProto[] newest = {new MembersFile(directory).noted(identity.groupDirectory(directory))};
    survey.forEachEntry(
        entry -> {
          if (entry.hasConfigurationEntry()
              && (newest[0] == null || entry.getIndex() >= newest[0].getIndex())) {
            newest[0] = entry;
          }
        });
    return newest[0] == null
        ? identity.initialMembers()
        : Member.of(newest[0].getConfigurationEntry());
  }

  /** Where this node is. Its disk may have been replaced by another, at the same place. */
  Member self() throws IOException {
    List<Member> known = new ArrayList<>(members);
    known.addAll(identity.initialMembers());
    return known.stream()
        .filter(m -> m.nodeId().equals(identity.node()))
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    directory + " doesn't say at which address " + identity.node() + " is"));
  }

  /** The state after the last readable entry. Everything is in memory then. */
  LogState state() throws IOException {
    Path file = survey.stateFile();
    try {
      long covered =
          file == null ? -1 : StateFiles.getTermIndexFromSnapshotFile(file.toFile()).getIndex();
      LogState[] state = {file == null ? LogState.EMPTY : StateFiles.read(file)};
      survey.forEachEntry(
          entry -> {
            if (entry.getIndex() > covered && entry.hasStateMachineLogEntry()) {
              List<Command> commands = LogStateMachine.commands(entry);
              state[0] = state[0].apply(entry.getIndex(), commands).state();
            }
          });
      return state[0];
    } catch (CorruptDataException e) {
      throw new IOException(directory + " can't be recovered: " + e.getMessage(), e);
    }
  }
}

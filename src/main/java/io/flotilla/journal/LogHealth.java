package io.flotilla.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks twice a second that the log is alive, how large it is, and whether a follower of an idle
 * group needs a nudge.
 */
final class LogHealth {
  private static final Logger LOGGER = LoggerFactory.getLogger(LogHealth.class);
  private static final int LOOKS_BETWEEN_SIZES = 10;
  private static final int LOOKS_IDLE = 6;
  private static final long HEARD_OF_MILLIS = 2000;

  private final JournalSettings settings;
  private final Supplier<RaftNode> node;
  private final Submitter submitter;
  private final Runnable closed;
  private final BooleanSupplier damaged;
  private volatile boolean stopped;
  private volatile long logBytes;

  // Used only by the checking thread.
  private int looks;
  private long lastIndex = -1;
  private int idleLooks;

  /**
   * @param closed is told, once, that Raft has closed the log
   */
  LogHealth(
      JournalSettings settings,
      Supplier<RaftNode> node,
      Submitter submitter,
      BooleanSupplier damaged,
      Runnable closed) {
    this.settings = settings;
    this.node = node;
    this.submitter = submitter;
    this.damaged = damaged;
    this.closed = closed;
  }

  void look() {
    RaftNode n = node.get();
    if (stopped || n == null || n.division() == null) {
      return;
    }
    try {
      if (!n.division().getInfo().isAlive()) {
        closed.run();
        stopped = true;
        return;
      }
      nudge(n.division());
      if (looks++ % LOOKS_BETWEEN_SIZES == 0) {
        logBytes = size(settings.raftDirectory());
        tighten();
      }
    } catch (RuntimeException e) {
      LOGGER.warn("A check of the log failed", e);
    }
  }

  /** If the process wasn't started with umask 077, other users can read Ratis's files. */
  private void tighten() {
    try {
      OwnerOnly.tighten(settings.raftDirectory());
    } catch (IOException e) {
      LOGGER.debug("Files of the log remain accessible to other users", e);
    }
  }

  /**
   * A follower that joined with an empty disk catches up only with the next entry, so an idle
   * leader writes one; but only while such a follower answers, so as not to wear out the disks for
   * a node that is switched off.
   */
  private void nudge(RaftServer.Division division) {
    DivisionInfo info = division.getInfo();
    if (!info.isLeader() || !info.isLeaderReady()) {
      return;
    }
    long last = division.getRaftLog().getNextIndex() - 1;
    idleLooks = last == lastIndex ? idleLooks + 1 : 0;
    lastIndex = last;
    long[] matches = info.getFollowerMatchIndices();
    if (idleLooks < LOOKS_IDLE || matches == null) {
      return;
    }
    List<ServerRpcProto> followers = info.getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
    boolean lags =
        Stream.of(matches).flatMapToLong(java.util.Arrays::stream).anyMatch(m -> m < last);
    boolean heardOfAll =
        followers.stream().allMatch(f -> f.getLastRpcElapsedTimeMs() < HEARD_OF_MILLIS);
    if (lags && heardOfAll) {
      idleLooks = 0;
      submitter.write(new Command.NoOp());
    }
  }

  LogStatus status() {
    RaftNode n = node.get();
    RaftServer.Division d = n == null ? null : n.division();
    String self = settings.self().id();
    if (d == null) {
      return new LogStatus(
          self,
          n == null ? null : n.peerId(),
          null,
          damaged.getAsBoolean() ? "DAMAGED" : "NONE",
          0,
          -1,
          -1,
          logBytes,
          submitter.inFlight(),
          List.of(),
          !stopped);
    }
    DivisionInfo info = d.getInfo();
    String leader = n.leader();
    return new LogStatus(
        self,
        n.peerId(),
        leader == null ? null : RaftNode.nodeOf(leader),
        info.getCurrentRole().name(),
        info.getCurrentTerm(),
        n.machine().appliedIndex(),
        d.getRaftLog().getLastCommittedIndex(),
        logBytes,
        submitter.inFlight(),
        n.members().stream()
            .map(m -> new LogStatus.Peer(m.nodeId(), m.peerId(), m.address()))
            .toList(),
        !stopped && info.isAlive());
  }

  void stop() {
    stopped = true;
  }

  private static long size(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .mapToLong(
              file -> {
                try {
                  return Files.isRegularFile(file) ? Files.size(file) : 0;
                } catch (IOException e) {
                  return 0; // deleted meanwhile
                }
              })
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  static String diskFailed(JournalSettings settings, Throwable cause) {
    return "The log in "
        + settings.raftDirectory()
        + " has failed ("
        + cause
        + "), so this node stops: it acknowledges nothing that it can't keep. Check the disk (full?"
        + " read-only? broken?), then start the node again. If the disk is lost, start it with an"
        + " empty directory: the other nodes fill it.";
  }

  static String closed(JournalSettings settings) {
    return "The log in "
        + settings.raftDirectory()
        + " was closed by Raft: an entry couldn't be applied, or the process paused for longer"
        + " than flotilla.journal.max-pause. Start the node again. If it ends the same way, move"
        + " its data directory away while a majority of the others is running: it then joins empty"
        + " and is filled.";
  }

  static String replaced(JournalSettings settings, String successor) {
    return "A newer disk of "
        + settings.self().id()
        + ", whose Raft server is at "
        + successor
        + ", has taken the place of the one in "
        + settings.dataDirectory()
        + ", which can't be used any more: this node ends. If it is to join as a further member,"
        + " empty that directory, and give the node another id.";
  }

  static String lost(JournalSettings settings, String loss) {
    return loss
        + " It was left as it is. Restore "
        + settings.dataDirectory()
        + " from a backup; or, to go on with what is left of it, accept the loss: "
        + accept(settings);
  }

  static String lostInAGroup(JournalSettings settings, String loss) {
    return loss
        + " So this node neither votes nor serves; it waits until the others have a leader, and"
        + " is then filled by them. If too many of them are lost for that, stop this node, accept"
        + " what its disk has lost, and start it again: "
        + accept(settings)
        + ". If no majority of the disks is left at all: ./flotilla recover --help";
  }

  private static String accept(JournalSettings settings) {
    return "./flotilla accept-loss " + settings.dataDirectory().toAbsolutePath();
  }

  static String unreadable(JournalSettings settings, Throwable cause) {
    return "The log in "
        + settings.raftDirectory()
        + " can't be read ("
        + cause
        + "). It was left as it is. While a majority of the other nodes is running, move the"
        + " data directory away and start again: the node then joins empty and is filled. Without"
        + " such a majority, restore the directory from a backup.";
  }
}

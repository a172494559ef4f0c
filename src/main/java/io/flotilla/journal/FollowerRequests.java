package io.flotilla.journal;

import java.io.IOException;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppenderBase;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.util.Timestamp;

/**
 * What a leader sends a follower, and what it concludes from the answers, in the way of Ratis's own
 * appender. That the follower has an entry is concluded from its answer only, which leaves once the
 * entry is on its disk.
 *
 * <p>Nothing here knows of threads: {@link FollowerLink} sees to it that only one at a time is
 * here.
 */
abstract class FollowerRequests extends LogAppenderBase {
  /**
   * @param head where the leader's log ended when the request was made
   * @param question for whoever asked for the follower's term before the request was sent, or null
   */
  record Asked(
      AppendEntriesRequestProto request,
      long head,
      Timestamp sent,
      CompletableFuture<Long> question) {
    boolean isHeartbeat() {
      return request.getEntriesCount() == 0;
    }

    long firstIndex() {
      return isHeartbeat() ? RaftLog.INVALID_LOG_INDEX : request.getEntries(0).getIndex();
    }

    long previousIndex() {
      return request.hasPreviousLog()
          ? request.getPreviousLog().getIndex()
          : RaftLog.INVALID_LOG_INDEX;
    }
  }

  /** What all links of a server have done; for tests. */
  static final class Counts {
    final LongAdder entryRequests = new LongAdder();
    final LongAdder heartbeats = new LongAdder();

    /** The loop was called by another thread. */
    final LongAdder calls = new LongAdder();

    /** The loop has left it to a thread. */
    final LongAdder returns = new LongAdder();
  }

  final OutgoingRpc rpc;

  /** Shared by all who asked for the follower's term since something was last sent, or null. */
  private final AtomicReference<CompletableFuture<Long>> unsent = new AtomicReference<>();

  private volatile boolean ended;

  /** Entries are under way, which the follower answers once it has written them. */
  private volatile boolean entriesUnderWay;

  /** The follower had the whole log when it was last sent something. */
  boolean near;

  /** Attempts that failed since the last answer. */
  int failures;

  FollowerRequests(
      RaftServer.Division server, LeaderState leader, FollowerInfo follower, OutgoingRpc rpc) {
    super(server, leader, follower);
    this.rpc = rpc;
  }

  @Override
  public long getCallId() {
    return CallId.get();
  }

  @Override
  public Comparator<Long> getCallIdComparator() {
    return CallId.getComparator();
  }

  boolean isBusy() {
    return entriesUnderWay;
  }

  /**
   * The follower's term as its next answer to what hasn't been sent yet has it; null if there is no
   * answer. Ratis's own check whether a leader still leads takes answers to what had been sent
   * before, too, and these prove nothing.
   */
  final CompletableFuture<Long> askTerm() {
    CompletableFuture<Long> asking = new CompletableFuture<>();
    CompletableFuture<Long> question = unsent.updateAndGet(q -> q == null ? asking : q);
    notifyLogAppender();
    if (ended) { // else who is asking now is answered there at the latest
      end();
    }
    return question;
  }

  /** Nothing will be sent any more. */
  final void end() {
    ended = true;
    answer(unsent.getAndSet(null), null);
  }

  static void answer(CompletableFuture<Long> question, Long term) {
    if (question != null) {
      question.complete(term);
    }
  }

  @Override
  public boolean shouldSendAppendEntries() {
    return unsent.get() != null || super.shouldSendAppendEntries();
  }

  /** The next request: entries if there are any. Null if they can't be had like this. */
  final AppendEntriesRequestProto next() throws RaftLogIOException {
    return newAppendEntriesRequest(CallId.getAndIncrement(), !hasAppendEntries());
  }

  final Asked sending(AppendEntriesRequestProto request, long head) {
    boolean heartbeat = request.getEntriesCount() == 0;
    (heartbeat ? rpc.counts.heartbeats : rpc.counts.entryRequests).increment();
    entriesUnderWay = !heartbeat;
    resetHeartbeatTrigger();
    Timestamp now = Timestamp.currentTime();
    getFollower().updateLastRpcSendTime(heartbeat);
    return new Asked(request, head, now, unsent.getAndSet(null));
  }

  final void heard(Asked asked, AppendEntriesReplyProto reply) {
    entriesUnderWay = false;
    answer(asked.question(), reply.getTerm() > 0 ? reply.getTerm() : null);
    failures = 0;
    getFollower().updateLastRpcResponseTime();
    getFollower().updateLastRespondedAppendEntriesSendTime(asked.sent());
    getLeaderState().onFollowerCommitIndex(getFollower(), reply.getFollowerCommit());
  }

  /** Blocks, unless the answer is a success. */
  final void settle(Asked asked, AppendEntriesReplyProto reply) throws InterruptedException {
    if (reply.getResult() == AppendResult.SUCCESS) {
      succeeded(asked, reply);
    } else {
      near = false;
    }
    if (reply.getResult() == AppendResult.INCONSISTENCY) {
      long next = getNextIndexForInconsistency(asked.firstIndex(), reply.getNextIndex());
      getFollower().setNextIndex(next);
    }
    getLeaderState().onAppendEntriesReply(this, reply);
    if (reply.getResult() == AppendResult.NOT_LEADER) {
      onFollowerTerm(reply.getTerm());
      pause();
    }
  }

  private void succeeded(Asked asked, AppendEntriesReplyProto reply) {
    long before = getFollower().getNextIndex();
    long next =
        asked.isHeartbeat() ? Math.max(before, asked.previousIndex() + 1) : reply.getNextIndex();
    if (next < before) {
      throw new IllegalStateException(this + ": the follower's log has become shorter: " + reply);
    }
    if (next > before) {
      getFollower().updateMatchIndex(next - 1);
      getFollower().increaseNextIndex(next);
      getLeaderState().onFollowerSuccessAppendEntries(getFollower());
    }
    near = next >= asked.head() || near && asked.isHeartbeat();
  }

  final void install(SnapshotInfo snapshot) throws IOException, InterruptedException {
    LOG.info("{}: sends the state file {}", this, snapshot);
    answer(unsent.getAndSet(null), null); // it would have to wait for long
    InstallSnapshotReplyProto reply = null;
    try {
      String id = UUID.randomUUID().toString();
      for (InstallSnapshotRequestProto piece : newInstallSnapshotRequests(id, snapshot)) {
        getFollower().updateLastRpcSendTime(false);
        reply = rpc.installSnapshot(piece);
        getFollower().updateLastRpcResponseTime();
        if (!reply.getServerReply().getSuccess()) {
          installed(reply);
          pause();
          return;
        }
      }
    } catch (IOException | RuntimeException e) { // the latter if the file has been deleted
      throw unanswered(e);
    }
    if (reply == null) { // it has no pieces
      return;
    }
    failures = 0;
    getFollower().setSnapshotIndex(snapshot.getTermIndex().getIndex());
    getServer().getRaftServerMetrics().onSnapshotInstalled();
    installed(reply);
  }

  private void installed(InstallSnapshotReplyProto reply) {
    switch (reply.getResult()) {
      case NOT_LEADER -> onFollowerTerm(reply.getTerm());
      case SUCCESS, SNAPSHOT_UNAVAILABLE, ALREADY_INSTALLED, SNAPSHOT_EXPIRED ->
          getFollower().setAttemptedToInstallSnapshot();
      default -> LOG.info("{}: the state file isn't taken: {}", this, reply.getResult());
    }
  }

  /** Of a kind that is tried again, whatever the other side says. */
  final IOException unanswered(Throwable cause) {
    return new IOException(getFollowerId() + " didn't answer", cause);
  }

  final void pause() throws InterruptedException {
    getServer().properties().rpcSleepTime().sleep();
  }
}

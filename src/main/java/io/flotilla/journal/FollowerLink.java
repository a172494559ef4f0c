package io.flotilla.journal;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.protocol.exceptions.TimeoutIOException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.thirdparty.io.netty.channel.EventLoop;
import org.apache.ratis.util.IOUtils;
import org.apache.ratis.util.Timestamp;

/**
 * Brings a follower what the leader's log has and its own lacks, one request at a time.
 *
 * <p>Ratis's own appender does that on a thread of its own, which is woken by each new entry, each
 * answer of any follower and each commit: eight times per entry, six of them for nothing. Here the
 * loop that the connections belong to takes the new entries and the answers by itself, and nobody
 * is woken who has nothing to do.
 *
 * <p>Only what can't block is done on the loop: whoever is at hand and had everything when it was
 * last asked gets what was appended since, which is still in memory. For all else there is the
 * thread, which proceeds as Ratis's: to find out where a follower's log ends, for entries that have
 * to be read from the disk, for state files, after failures, and if the follower is in a later
 * term. Who holds the {@link Turn} sends, and only he touches the fields that aren't final.
 */
final class FollowerLink extends FollowerRequests {
  private enum Turn {
    THREAD,
    /** Whoever has something to send may take the turn, for the loop. */
    FREE,
    LOOP
  }

  /** What the thread is to do next. */
  private interface Step {
    void take() throws IOException, InterruptedException;
  }

  /** A heartbeat that is due so soon isn't worth being woken once more for. */
  private static final int SOON_MILLIS = 10;

  private final EventLoop loop;
  private final AtomicReference<Turn> turn = new AtomicReference<>(Turn.THREAD);
  private final BlockingQueue<Step> forThread = new ArrayBlockingQueue<>(1);

  /** Over which the follower has answered; the loop sends over this one only. */
  private PeerConnection connection;

  /** Looked at by the loop only. */
  private CompletableFuture<RaftNettyServerReplyProto> underWay;

  private Timestamp underWaySince;
  private boolean ticking;

  FollowerLink(
      RaftServer.Division server, LeaderState leader, FollowerInfo follower, OutgoingRpc rpc) {
    super(server, leader, follower, rpc);
    this.loop = rpc.loop();
  }

  /** The thread has more to do than to ask. */
  @Override
  boolean isBusy() {
    return turn.get() == Turn.THREAD || super.isBusy();
  }

  // The thread

  /** Ends when this server doesn't lead any more, by an interrupt mostly. */
  @Override
  public void run() throws InterruptedException, IOException {
    rpc.links.put(getFollowerId().toString(), this);
    try {
      while (isRunning()) {
        attempt(near ? passOn() : this::advance);
        getLeaderState().checkHealth(getFollower());
      }
    } finally {
      rpc.links.remove(getFollowerId().toString(), this);
      end();
    }
  }

  /**
   * What is the matter with the way to the follower, or with the follower, is tried again until it
   * works, whatever it is. For anything else Ratis makes a new appender.
   */
  private void attempt(Step step) throws InterruptedException, IOException {
    try {
      step.take();
    } catch (RaftLogIOException e) { // this server's own log
      throw e;
    } catch (IOException e) {
      near = false;
      if (failures++ % 10 == 0 && isRunning()) {
        LOG.warn("{}: failed {} times", this, failures, e);
      }
      pause();
    }
  }

  private void advance() throws IOException, InterruptedException {
    boolean due = shouldSendAppendEntries();
    SnapshotInfo snapshot = due ? shouldInstallSnapshot() : null;
    if (snapshot != null) {
      install(snapshot);
    } else if (due || failures == 0) {
      append();
    } else {
      pause(); // the next heartbeat shows whether it is over
    }
  }

  private void append() throws IOException, InterruptedException {
    long head = getRaftLog().getNextIndex();
    AppendEntriesRequestProto request = next();
    if (request == null) { // what comes next has just been deleted: it takes a state file
      pause();
      return;
    }
    Asked asked = sending(request, head);
    AppendEntriesReplyProto reply;
    try {
      reply = rpc.appendEntries(request);
    } catch (IOException e) {
      answer(asked.question(), null);
      throw unanswered(e);
    }
    heard(asked, reply);
    settle(asked, reply);
    if (near) {
      connection = rpc.connection(getFollowerId());
    }
  }

  /** Blocks: gives the turn to the loop and waits until it comes back. */
  private Step passOn() throws InterruptedException {
    turn.set(Turn.FREE);
    call(this::resume);
    try {
      return forThread.take();
    } catch (InterruptedException e) {
      if (turn.get() == Turn.LOOP) { // nobody waits for the answer any more
        connection.close();
      }
      throw e;
    }
  }

  // Whoever has appended an entry, or learnt of a commit

  @Override
  public void notifyLogAppender() {
    if (takeTurn()) {
      call(this::send);
    }
  }

  /** Takes the turn for the loop, if there is something to send and nothing under way. */
  private boolean takeTurn() {
    // Who finds it taken after appending needn't do anything: the log is looked at after each turn.
    return turn.get() == Turn.FREE && isDue() && turn.compareAndSet(Turn.FREE, Turn.LOOP);
  }

  private boolean isDue() {
    try {
      return shouldSendAppendEntries();
    } catch (IllegalStateException e) { // the log has been closed: nobody leads with that
      return false;
    }
  }

  private void call(Runnable task) {
    try {
      if (!loop.inEventLoop()) {
        rpc.counts.calls.increment();
      }
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.info("{}: this server is being closed", this);
    }
  }

  // The loop

  private void send() {
    try {
      if (!isRunning()) {
        giveBack(() -> {});
        return;
      }
      long head = getRaftLog().getNextIndex();
      AppendEntriesRequestProto request = next();
      if (request == null) {
        giveBack(this::advance);
      } else {
        ask(sending(request, head));
      }
    } catch (Throwable e) {
      giveBack(() -> rethrow(e));
    }
  }

  private void ask(Asked asked) {
    underWaySince = asked.sent();
    try {
      underWay =
          connection.ask(
              asked.request().getServerRequest().getCallId(),
              OutgoingRpc.envelope().setAppendEntriesRequest(asked.request()).build());
    } catch (Throwable e) {
      underWay = CompletableFuture.failedFuture(e);
    }
    underWay.whenComplete((reply, failure) -> answered(asked, reply, failure));
  }

  private void answered(Asked asked, RaftNettyServerReplyProto answer, Throwable failure) {
    underWay = null;
    if (failure != null) {
      answer(asked.question(), null);
      giveBack(
          () -> {
            connection.failed(failure);
            throw unanswered(failure);
          });
      return;
    }
    try {
      if (!isRunning()) {
        answer(asked.question(), null);
        giveBack(() -> {});
        return;
      }
      AppendEntriesReplyProto reply = answer.getAppendEntriesReply();
      heard(asked, reply);
      if (reply.getResult() != AppendResult.SUCCESS) {
        giveBack(() -> settle(asked, reply));
        return;
      }
      settle(asked, reply);
    } catch (Throwable e) {
      giveBack(() -> rethrow(e));
      return;
    }
    if (near) {
      turn.set(Turn.FREE);
      sendIfNeeded();
    } else {
      giveBack(this::advance);
    }
  }

  private void sendIfNeeded() {
    if (takeTurn()) {
      send();
    }
  }

  /** What the loop stumbled over is for the thread to end with, and for Ratis to begin anew. */
  private static void rethrow(Throwable failure) throws IOException {
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    throw IOUtils.asIOException(failure);
  }

  private void giveBack(Step step) {
    rpc.counts.returns.increment();
    turn.set(Turn.THREAD);
    forThread.add(step);
  }

  private void resume() {
    sendIfNeeded();
    if (!ticking) {
      tick();
    }
  }

  /** Sends the heartbeats, and notices if there is no answer, while the thread hasn't the turn. */
  private void tick() {
    ticking = turn.get() != Turn.THREAD;
    if (!ticking) {
      return;
    }
    long next = SOON_MILLIS;
    try {
      next = Math.max(SOON_MILLIS, look());
    } catch (Throwable e) { // without heartbeats the follower would stand for election
      LOG.warn("{}: failed to look after the follower", this, e);
    }
    try {
      loop.schedule(this::tick, next, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.info("{}: this server is being closed", this);
    }
  }

  /** Returns after how many milliseconds to look again. */
  private long look() {
    long heartbeats = getServer().properties().minRpcTimeoutMs() / 2;
    if (underWay != null) {
      long left = rpc.patienceMillis() - underWaySince.elapsedTimeMs();
      if (left > 0) {
        return Math.min(left, heartbeats);
      }
      underWay.completeExceptionally(
          new TimeoutIOException("No answer for " + rpc.patienceMillis() + " ms"));
    } else if (!isRunning() && turn.compareAndSet(Turn.FREE, Turn.LOOP)) {
      giveBack(() -> {});
    } else if (getHeartbeatWaitTimeMs() <= SOON_MILLIS) {
      triggerHeartbeat();
    } else {
      return getHeartbeatWaitTimeMs();
    }
    return heartbeats;
  }
}

package io.flotilla.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ratis's view of {@link LogState}: decodes entries, applies them one by one, and writes the state
 * to a file from time to time. Everything here runs on Ratis's threads and must be quick.
 */
final class LogStateMachine extends BaseStateMachine {
  private static final Logger LOGGER = LoggerFactory.getLogger(LogStateMachine.class);

  /** Callbacks for the rest of the package, on Ratis's threads; must not block. */
  interface Listener {
    void leaderChanged();

    void leaderReady();

    void logFailed(Throwable cause);

    void rosterChanged();

    void digestTaken(long index, String digest);

    void applied(long index, List<Command> commands, List<Reply> replies);
  }

  private final StateFiles files = new StateFiles();
  private final Listener listener;
  private final CheckpointPace pace;
  private final Mark mark;
  private final MembersFile members;
  private final LogMeters meters;
  private final ConcurrentSkipListMap<Long, CompletableFuture<Void>> waiting =
      new ConcurrentSkipListMap<>();
  private final ExecutorService background =
      Executors.newSingleThreadExecutor(Daemons.named("flotilla-log-checkpoint"));

  /** What the state is of; changed by the apply thread, and while that doesn't run. */
  record AtIndex(LogState state, TermIndex at) {}

  private volatile AtIndex latest = new AtIndex(LogState.EMPTY, TermIndex.INITIAL_VALUE);
  private volatile long appliedIndex = RaftLog.INVALID_LOG_INDEX;

  // Used only by the apply thread.
  private long bytesSinceCheckpoint;
  private boolean snapshotSinceCheckpoint;
  private long checkpointAt = RaftLog.INVALID_LOG_INDEX;
  private long reportedCheckpoint = RaftLog.INVALID_LOG_INDEX;

  /** The file that the state is left in, and the one before. */
  private ColdFile cold;

  private ColdFile coldBefore;

  private StateFiles.Written written; // published by finishedCheckpoint
  private int writtenIn;
  private volatile boolean checkpointing;
  private volatile long finishedCheckpoint = RaftLog.INVALID_LOG_INDEX;
  private volatile int generation;

  LogStateMachine(
      Listener listener, Mark mark, MembersFile members, CheckpointPace pace, LogMeters meters) {
    this.listener = listener;
    this.mark = mark;
    this.members = members;
    this.pace = pace;
    this.meters = meters;
  }

  /** The state as far as this member has applied it; never older than {@link #appliedIndex()}. */
  LogState state() {
    return latest.state();
  }

  /** The same, and the entry that it was made by. */
  AtIndex latest() {
    return latest;
  }

  long appliedIndex() {
    return appliedIndex;
  }

  /** Completes, perhaps on the apply thread, when {@link #state()} includes this index. */
  CompletableFuture<Void> applied(long index) {
    if (appliedIndex >= index) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> future = waiting.computeIfAbsent(index, i -> new CompletableFuture<>());
    if (appliedIndex >= index) {
      waiting.remove(index);
      future.complete(null);
    }
    return future;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
      throws IOException {
    super.initialize(server, group, storage);
    // Without these transitions Ratis closes the division for good after installing a snapshot.
    getLifeCycle()
        .startAndTransition(
            () -> {
              files.init(storage);
              load(files.loadLatestSnapshot());
            },
            IOException.class);
  }

  @Override
  public void pause() {
    generation++;
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  @Override
  public void reinitialize() throws IOException {
    SingleFileSnapshotInfo info = files.loadLatestSnapshot();
    if (info != null) {
      StateFiles.sync(info);
      mark.installed(info.getIndex());
    }
    load(info);
    if (getLifeCycleState() == LifeCycle.State.PAUSED) {
      getLifeCycle().transition(LifeCycle.State.STARTING);
      getLifeCycle().transition(LifeCycle.State.RUNNING);
    }
  }

  private void load(SingleFileSnapshotInfo info) throws IOException {
    if (info == null) {
      return;
    }
    Path path = info.getFile().getPath();
    ColdFile file = new ColdFile(path.toFile(), path.toString(), listener::logFailed);
    TermIndex at = info.getTermIndex();
    latest = new AtIndex(StateFiles.read(path, file), at);
    leftIn(file);
    setLastAppliedTermIndex(at);
    checkpointAt = at.getIndex();
    bytesSinceCheckpoint = 0;
    snapshotSinceCheckpoint = false;
    moveTo(at.getIndex());
    listener.rosterChanged();
    LOGGER.info("State at log index {} read from {}", at.getIndex(), path);
  }

  /** Those who took the state before are still reading the file before. */
  private void leftIn(ColdFile newest) throws IOException {
    if (coldBefore != null) {
      coldBefore.close();
    }
    coldBefore = cold;
    cold = newest;
  }

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return files;
  }

  /**
   * The log's worker calls this before flushing up to {@code index}. After the flush it waits for
   * the result before it acknowledges anything.
   */
  @Override
  public CompletableFuture<Void> flush(long index) {
    long begun = meters.now();
    return new WhenAwaited(
        () -> {
          meters.flushedSince(begun);
          mark.acknowledge(index);
        });
  }

  /** Called before the log is truncated from {@code index} on; the result is awaited afterwards. */
  @Override
  public CompletableFuture<Void> truncate(long index) {
    try {
      Mark.Truncation truncation = mark.truncating(index);
      return new WhenAwaited(() -> mark.truncated(truncation));
    } catch (IOException e) {
      listener.logFailed(e);
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Does its work only when awaited, on the waiting thread. */
  private static final class WhenAwaited extends CompletableFuture<Void> {
    private interface Work {
      void run() throws IOException;
    }

    private final Work work;

    WhenAwaited(Work work) {
      this.work = work;
    }

    @Override
    public Void get() throws InterruptedException, ExecutionException {
      if (!isDone()) {
        try {
          work.run();
          complete(null);
        } catch (IOException | RuntimeException e) {
          completeExceptionally(e);
        }
      }
      return super.get();
    }
  }

  /** On the leader, for each entry; the context is the one that is applied later. */
  @Override
  public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
    return super.startTransaction(request).setStateMachineContext(meters.now());
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    long begun = meters.now();
    if (transaction.getStateMachineContext() instanceof Long sent) {
      meters.replicatedSince(sent);
    }
    LogEntryProto entry = transaction.getLogEntry();
    // An entry that can't be decoded must stop this member (it throws), never be skipped.
    List<Command> commands = commands(entry);
    Roster before = state().roster();
    LogState.AllApplied applied = state().apply(entry.getIndex(), commands);
    latest = new AtIndex(applied.state(), TermIndex.valueOf(entry));
    bytesSinceCheckpoint += entry.getStateMachineLogEntry().getLogData().size();
    snapshotSinceCheckpoint |= commands.stream().anyMatch(Command.CommitSnapshot.class::isInstance);
    updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
    moveTo(entry.getIndex());
    if (applied.state().roster() != before) {
      listener.rosterChanged();
    }
    if (commands.get(0) instanceof Command.Digest) {
      takeDigest(entry.getIndex(), applied.state());
    }
    listener.applied(entry.getIndex(), commands, applied.replies());
    Message replies = message(LogCodec.encodeAll(applied.replies()));
    meters.appliedSince(begun);
    return CompletableFuture.completedFuture(replies);
  }

  static List<Command> commands(LogEntryProto entry) {
    ByteString data = entry.getStateMachineLogEntry().getLogData();
    return LogCodec.decodeCommands(data.asReadOnlyByteBuffer());
  }

  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    super.notifyTermIndexUpdated(term, index);
    moveTo(index);
  }

  private void moveTo(long index) {
    appliedIndex = index;
    while (!waiting.isEmpty() && waiting.firstKey() <= index) {
      waiting.pollFirstEntry().getValue().complete(null);
    }
  }

  private void takeDigest(long index, LogState at) {
    background.execute(() -> listener.digestTaken(index, StateFormat.digest(at)));
  }

  /**
   * Called on the apply thread after every few entries: reports a finished checkpoint, so that
   * Ratis purges the log, and begins a new one when enough has accumulated.
   */
  @Override
  public long takeSnapshot() {
    boolean idle = !checkpointing;
    if (finishedCheckpoint > reportedCheckpoint) {
      reportedCheckpoint = finishedCheckpoint;
      leave();
      return reportedCheckpoint;
    }
    TermIndex at = getLastAppliedTermIndex();
    long entries = at.getIndex() - checkpointAt;
    if (idle && pace.isDue(bytesSinceCheckpoint, entries, files.bytes(), snapshotSinceCheckpoint)) {
      checkpointing = true;
      checkpointAt = at.getIndex();
      bytesSinceCheckpoint = 0;
      snapshotSinceCheckpoint = false;
      LogState view = state();
      int started = generation;
      background.execute(() -> writeCheckpoint(view, at, started));
    }
    return RaftLog.INVALID_LOG_INDEX;
  }

  /** How much the latest state file has; 0 if there is none. */
  long stateFileBytes() {
    return files.bytes();
  }

  /** What the checkpoint has is no longer held in memory, unless another state came meanwhile. */
  private void leave() {
    try {
      StateFiles.Written done = written;
      written = null;
      if (writtenIn != generation) {
        done.file().close();
        return;
      }
      latest = new AtIndex(done.state().left(state()), latest.at());
      leftIn(done.file());
    } catch (IOException e) {
      LOGGER.warn("A checkpoint could not be closed: {}", e.toString());
    }
  }

  private void writeCheckpoint(LogState view, TermIndex at, int started) {
    try {
      LOGGER.debug("Writing a checkpoint at log index {}", at.getIndex());
      written = files.write(view, at, listener::logFailed);
      writtenIn = started;
      finishedCheckpoint = at.getIndex();
      LOGGER.debug("The checkpoint at log index {} is written", at.getIndex());
    } catch (IOException | RuntimeException e) {
      if (started == generation) {
        LOGGER.warn(
            "Checkpoint at log index {} failed; the log grows until one succeeds",
            at.getIndex(),
            e);
      }
    } finally {
      checkpointing = false;
    }
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId self, RaftPeerId leader) {
    listener.leaderChanged();
  }

  @Override
  public void notifyConfigurationChanged(long term, long index, RaftConfigurationProto changed) {
    try {
      members.write(term, index, changed);
    } catch (IOException e) {
      LOGGER.warn("The copy of the members could not be updated: {}", e.toString());
    }
  }

  @Override
  public void notifyLeaderReady() {
    listener.leaderReady();
  }

  @Override
  public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
    listener.logFailed(cause);
  }

  @Override
  public void close() {
    background.shutdown();
    try {
      if (!background.awaitTermination(10, TimeUnit.SECONDS)) {
        LOGGER.warn("A checkpoint is still being written; the next start replays the log instead");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    waiting.values().forEach(f -> f.completeExceptionally(new NoQuorumException("log closed")));
    waiting.clear();
  }

  static Message message(byte[] bytes) {
    return Message.valueOf(UnsafeByteOperations.unsafeWrap(bytes));
  }
}

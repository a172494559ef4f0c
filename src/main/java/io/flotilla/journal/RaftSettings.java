package io.flotilla.journal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.netty.NettyConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.RaftServerConfigKeys.Rpc;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Ratis's properties, each with the reason for not keeping the default. */
final class RaftSettings {
  /**
   * Entries between two checks whether a checkpoint is due or the log can be purged. The checks are
   * nearly free, and an entry may be megabytes.
   */
  private static final int LOOK = 16;

  /** How long a disk that is being filled may be busy with what it was sent. */
  static final int FILLING_MILLIS = 10_000;

  private RaftSettings() {}

  static RaftProperties properties(JournalSettings settings) {
    RaftProperties p = new RaftProperties();
    RaftConfigKeys.Rpc.setType(p, new AddressedNetty());
    p.set(RaftConfigKeys.Rpc.TYPE_KEY, AddressedNetty.class.getName());
    NettyConfigKeys.Server.setHost(p, settings.self().host());
    NettyConfigKeys.Server.setPort(p, settings.self().raftPort());
    RaftServerConfigKeys.setStorageDir(p, List.of(settings.raftDirectory().toFile()));
    RaftServerConfigKeys.setRemovedGroupsDir(
        p, settings.dataDirectory().resolve("raft-removed").toFile());
    RaftServerConfigKeys.setCloseThreshold(p, time(settings.maxPause()));

    elections(p, settings);
    log(p);

    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(p, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(p, LOOK);
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(p, false);
    RaftServerConfigKeys.Snapshot.setRetentionFileNum(p, 2);

    // Repeats are recognised by the state machine, so the retry cache is only a cost: by default it
    // holds every reply of the last minute.
    RaftServerConfigKeys.RetryCache.setExpiryTime(p, millis(1000));
    return p;
  }

  private static void elections(RaftProperties p, JournalSettings settings) {
    TimeDuration patience = time(settings.electionMax());
    Rpc.setTimeoutMin(p, time(settings.electionMin()));
    Rpc.setTimeoutMax(p, patience);
    // After a start nobody has a leader to be loyal to. Only the first election of a start is so
    // quick: if it fails, because others aren't up yet, the times above apply.
    Rpc.setFirstElectionTimeoutMin(p, millis(200));
    Rpc.setFirstElectionTimeoutMax(p, millis(400));
    // The default, but relied on: a member that was cut off doesn't depose the leader afterwards.
    RaftServerConfigKeys.LeaderElection.setPreVote(p, true);
    // Default 10 s. For so long a leader that lost its majority doesn't stand again, and with a
    // member down it may be the only one that can win: it needn't wait longer than the others do.
    // It is also the length of a pause after which a leader steps down by itself. After a shorter
    // one than any member's patience, that would be an election for nothing.
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(p, time(settings.electionMin()));

    // Between servers too it is the client's setting that counts; default 3 s. A leader counts a
    // member that was silent for longer as lost, so the connection is then given up as well.
    RaftClientConfigKeys.Rpc.setRequestTimeout(p, patience);
    // Between attempts to reach a member; default 25 ms. One that is down refuses each at once.
    Rpc.setSleepTime(p, millis(50));
    // Default 3 election time-outs. Not minutes: while a joining disk is waited for, a leader
    // doesn't
    // look whether it still has a majority.
    RaftServerConfigKeys.setStagingTimeout(p, millis(FILLING_MILLIS));
  }

  private static void log(RaftProperties p) {
    // Default true: a second fsync per write.
    Log.setLogMetadataEnabled(p, false);
    Log.Appender.setWaitTimeMin(p, TimeDuration.ZERO);
    // Default true: who reads waits for who writes. The log's index and cache are made to be read
    // without it, and what is sent to followers is read on a loop that nothing may block.
    Log.setReadLockEnabled(p, false);
    // Default true: a follower passes entries through two more threads, for leaders that send the
    // next ones before they have an answer.
    Log.setAppendEntriesComposeEnabled(p, false);
    // WARN_AND_RETURN would drop acknowledged entries.
    Log.setCorruptionPolicy(p, CorruptionPolicy.EXCEPTION);
    // Both would acknowledge entries before they are on disk.
    Log.setAsyncFlushEnabled(p, false);
    Log.setUnsafeFlushEnabled(p, false);
    // The mark is written after the log (LogStateMachine.flush) and awaited only then.
    Log.StateMachineData.setSync(p, false);
    Log.setSegmentSizeMax(p, SizeInBytes.valueOf("8MB"));
    Log.setPreallocatedSize(p, SizeInBytes.valueOf("1MB"));
    // Besides the open one. Who is further behind is sent what is read from the disk.
    Log.setSegmentCacheNumMax(p, 1);
    Log.setPurgeUptoSnapshotIndex(p, true);
    Log.setPurgeGap(p, LOOK);
    // An entry must fit into the appender's buffer, and that into the write buffer.
    long entry = JournalSettings.MAX_WRITE_BYTES + (512L << 10);
    Log.Appender.setBufferByteLimit(p, SizeInBytes.valueOf(entry));
    Log.setWriteBufferSize(p, SizeInBytes.valueOf(entry + 1024));
    // State files are sent in pieces, to let heartbeats through in between.
    Log.Appender.setSnapshotChunkSizeMax(p, SizeInBytes.valueOf("512KB"));
  }

  private static TimeDuration time(Duration duration) {
    return millis(duration.toMillis());
  }

  private static TimeDuration millis(long millis) {
    return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
  }
}

package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flotilla.TestPatience;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.server.raftlog.RaftLogBase;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLog;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.AutoCloseableLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server closes in bounded time, whatever its log is doing. */
class ClosingTest {
  @TempDir Path directory;

  @Test
  void while_its_log_begins_new_segments() throws Exception {
    LinkedRaft raft = new LinkedRaft(directory);
    RaftNode leader = raft.node(raft.leader());
    assertThat(leader.cacheEviction()).as("named as it is looked for").hasSize(1);
    RaftLogBase log = (RaftLogBase) leader.division().getRaftLog();
    CompletableFuture<Void> closed = new CompletableFuture<>();
    try (AutoCloseableLock held = log.writeLock()) {
      Daemons.named("closing").newThread(() -> close(leader, closed)).start();
      await("it waits for the lock")
          .until(
              () -> Thread.getAllStackTraces().values().stream().anyMatch(s -> isIn(s, "close")));
      for (int i = 0; i < 8; i++) { // three don't fit into one segment
        append(log, leader.division().getInfo().getCurrentTerm());
      }
      await("so does who evicts full segments, if he is there")
          .until(
              () ->
                  leader.cacheEviction().stream()
                      .allMatch(t -> isIn(t.getStackTrace(), "checkAndEvictCache")));
    }
    assertThat(closed).succeedsWithin(TestPatience.MILLIS, TimeUnit.MILLISECONDS);
    raft.close();
  }

  private static void close(RaftNode node, CompletableFuture<Void> closed) {
    try {
      node.close();
      closed.complete(null);
    } catch (Exception e) {
      closed.completeExceptionally(e);
    }
  }

  private static void append(RaftLogBase log, long term) {
    StateMachineLogEntryProto.Builder entry =
        StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(new byte[3_000_000]));
    log.appendEntry(
        LogEntryProto.newBuilder()
            .setTerm(term)
            .setIndex(log.getNextIndex())
            .setStateMachineLogEntry(entry)
            .build());
  }

  private static boolean isIn(StackTraceElement[] stack, String method) {
    return Stream.of(stack)
        .anyMatch(
            f ->
                f.getClassName().equals(SegmentedRaftLog.class.getName())
                    && f.getMethodName().equals(method));
  }
}

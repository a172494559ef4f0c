package io.flotilla.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * On the leader's node, between those who write and Raft: appends that wait while others are under
 * way go into the log together, as one entry (DeWitt et al., Implementation Techniques for Main
 * Memory Database Systems, 1984). An entry costs the same time on three nodes whether it holds one
 * append or a hundred.
 *
 * <p>An append waits only while there is an entry under way with more of them than wait: then it is
 * cheaper to go with the next one. Each is applied, refused and answered for itself. An id has one
 * append under way at a time ({@link JournalPlugin}), so which of them share an entry doesn't
 * matter.
 */
final class GroupCommit {
  /** Since when members can read entries with several appends, see {@link Roster#PROTOCOL}. */
  static final int PROTOCOL = 2;

  /** One is being written while the next is on its way. */
  static final int MOST_UNDER_WAY = 2;

  /** Of one entry: larger ones would hold up heartbeats. */
  static final int MOST_BYTES = 1 << 20;

  /** As much as Raft itself takes before it refuses. */
  static final long MOST_WAITING_BYTES = 64 << 20;

  /** How one entry is written. */
  @FunctionalInterface
  interface Entry {
    CompletableFuture<RaftClientReply> write(byte[] bytes);
  }

  private record Waiting(byte[] append, long since, CompletableFuture<Reply> reply) {}

  private final BooleanSupplier mayGroup;
  private final Entry entry;
  private final LogMeters meters;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private int underWay;
  private int sizeOfLast;

  /**
   * @param mayGroup whether all members can read entries with several appends
   * @param entry writes to the log, if this member leads it
   */
  GroupCommit(BooleanSupplier mayGroup, Entry entry, LogMeters meters) {
    this.mayGroup = mayGroup;
    this.entry = entry;
    this.meters = meters;
  }

  /** Writes an encoded command. The reply may come in any thread, Raft's own included. */
  CompletableFuture<Reply> write(byte[] command) {
    if (!mayGroup.getAsBoolean() || !LogCodec.isAppend(command)) {
      return entry.write(command).thenApply(reply -> replies(reply).get(0));
    }
    Waiting one = new Waiting(command, meters.now(), new CompletableFuture<>());
    synchronized (this) {
      if (waitingBytes + command.length > MOST_WAITING_BYTES) {
        return CompletableFuture.failedFuture(
            new ResourceUnavailableException("too many bytes wait to be written"));
      }
      waiting.add(one);
      waitingBytes += command.length;
    }
    go();
    return one.reply();
  }

  private void go() {
    for (List<Waiting> group = next(); !group.isEmpty(); group = next()) {
      send(group);
    }
  }

  /**
   * Those that leave now, together; empty if none does. A second entry leaves beside another if it
   * holds as many: small ones in a row would cost more than they save.
   */
  private synchronized List<Waiting> next() {
    List<Waiting> group = new ArrayList<>();
    boolean mayLeave = underWay == 0 || underWay < MOST_UNDER_WAY && waiting.size() >= sizeOfLast;
    if (!mayLeave || waiting.isEmpty()) {
      return group;
    }
    underWay++;
    int bytes = 0;
    while (!waiting.isEmpty()) {
      bytes += waiting.peek().append().length + LogCodec.GROUP_OVERHEAD;
      if (!group.isEmpty() && bytes > MOST_BYTES) {
        break;
      }
      group.add(waiting.remove());
      waitingBytes -= group.get(group.size() - 1).append().length;
    }
    sizeOfLast = group.size();
    return group;
  }

  synchronized long waitingBytes() {
    return waitingBytes;
  }

  private void send(List<Waiting> group) {
    meters.entryOf(group.size());
    group.forEach(one -> meters.waitedSince(one.since()));
    byte[] bytes = LogCodec.group(group.stream().map(Waiting::append).toList());
    entry
        .write(bytes)
        .thenApply(GroupCommit::replies)
        .whenComplete(
            (replies, failure) -> {
              synchronized (this) {
                underWay--;
              }
              go(); // those who wait are served before the answers
              for (int i = 0; i < group.size(); i++) {
                if (failure == null) {
                  group.get(i).reply().complete(replies.get(i));
                } else {
                  group.get(i).reply().completeExceptionally(failure);
                }
              }
            });
  }

  private static List<Reply> replies(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new CompletionException(reply.getException());
    }
    ByteString content =
        reply.getMessage() == null ? ByteString.EMPTY : reply.getMessage().getContent();
    return LogCodec.decodeReplies(content.asReadOnlyByteBuffer());
  }
}

package io.flotilla.journal;

import io.flotilla.journal.PeerMessage.AskRemoved;
import io.flotilla.journal.PeerMessage.RemovedIs;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Finds out that this node's disk was removed from the group, and that the group is without it.
 *
 * <p>Raft doesn't tell: whoever is taken out gets nothing more from the leader, not even the entry
 * by which it is out. And one that was down or cut off meanwhile doesn't know at all. So a member
 * that reads of its removal in the log, or hears of no leader, or whose log Raft has closed, asks
 * the others. Until one of them says so it stays: it may still be needed to make its own removal
 * stored.
 */
final class Retirement {
  private static final long ASK_MILLIS = 1000;

  /** Of one that knows of its removal, but nobody says that it is done. */
  private static final long CLOSED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Supplier<RaftNode> node;
  private final Supplier<Roster> roster;
  private final Members members;
  private final PeerLink link;
  private final LongSupplier nanoTime;
  private final Runnable retire;
  private CompletableFuture<?> asked = CompletableFuture.completedFuture(null);
  private Runnable closed;
  private long closedNanos;
  private boolean retired;

  /**
   * @param retire ends this node
   */
  Retirement(
      Supplier<RaftNode> node,
      Supplier<Roster> roster,
      Members members,
      PeerLink link,
      LongSupplier nanoTime,
      Runnable retire) {
    this.node = node;
    this.roster = roster;
    this.members = members;
    this.link = link;
    this.nanoTime = nanoTime;
    this.retire = retire;
  }

  /** The answer to {@link AskRemoved}: false if this node doesn't know it for certain. */
  boolean isOut(String peerId) {
    RaftNode n = node.get();
    return n != null
        && roster.get().isRemoved(peerId)
        && n.isSettled()
        && !n.members().isEmpty()
        && n.members().stream().noneMatch(m -> m.peerId().equals(peerId));
  }

  /** To be called a few times a second. */
  synchronized void tick() {
    RaftNode n = node.get();
    boolean inGroup = n != null && n.division() != null;
    if (retired || !inGroup || !asked.isDone()) {
      return;
    }
    if (closed != null || roster.get().isRemoved(n.peerId()) || n.leader() == null) {
      ask(n.peerId());
    }
  }

  /**
   * Raft has closed this node's log, as it does if it finds that it isn't a member.
   *
   * @param otherwise if that isn't why
   */
  synchronized void closed(Runnable otherwise) {
    closed = otherwise;
    closedNanos = nanoTime.getAsLong();
    asked = CompletableFuture.completedFuture(null);
    tick();
  }

  private void ask(String peerId) {
    List<CompletableFuture<RemovedIs>> answers =
        members.others().stream()
            .map(
                other ->
                    link.ask(
                        other.id(),
                        nonce -> new AskRemoved(nonce, peerId),
                        RemovedIs.class,
                        ASK_MILLIS))
            .toList();
    answers.forEach(
        answer ->
            answer.thenAccept(
                is -> {
                  if (is != null && is.removed()) {
                    retire();
                  }
                }));
    asked =
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
            .thenRun(() -> nobodySaidSo(peerId));
  }

  private synchronized void retire() {
    if (!retired) {
      retired = true;
      retire.run();
    }
  }

  private synchronized void nobodySaidSo(String peerId) {
    boolean mayCome =
        roster.get().isRemoved(peerId) && nanoTime.getAsLong() - closedNanos < CLOSED_NANOS;
    if (closed != null && !retired && !mayCome) {
      closed.run();
      closed = null;
      retired = true;
    }
  }
}

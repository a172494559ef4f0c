package io.flotilla.journal;

import io.flotilla.journal.PeerMessage.AskRemoved;
import io.flotilla.journal.PeerMessage.RemovedIs;
import io.flotilla.journal.RaftNode.Member;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
  private final Supplier<Set<String>> others;
  private final PeerLink link;
  private final LongSupplier nanoTime;
  private final Runnable retire;
  private CompletableFuture<?> asked = CompletableFuture.completedFuture(null);
  private String successor = "";
  private Consumer<String> closed;
  private long closedNanos;
  private boolean retired;

  /**
   * @param others where the Akka of those listens who may know
   * @param retire ends this node
   */
  Retirement(
      Supplier<RaftNode> node,
      Supplier<Roster> roster,
      Supplier<Set<String>> others,
      PeerLink link,
      LongSupplier nanoTime,
      Runnable retire) {
    this.node = node;
    this.roster = roster;
    this.others = others;
    this.link = link;
    this.nanoTime = nanoTime;
    this.retire = retire;
  }

  RemovedIs answer(AskRemoved asked) {
    RaftNode n = node.get();
    boolean isOut =
        n != null
            && n.isSettled()
            && !n.members().isEmpty()
            && n.members().stream().noneMatch(m -> m.peerId().equals(asked.peerId()));
    String successor =
        !isOut
            ? ""
            : n.members().stream()
                .filter(m -> m.nodeId().equals(RaftNode.nodeOf(asked.peerId())))
                .map(Member::address)
                .findFirst()
                .orElse("");
    return new RemovedIs(asked.nonce(), isOut && roster.get().isRemoved(asked.peerId()), successor);
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
   * @param otherwise if that isn't why; is told where another disk is that has taken this one's
   *     place, or nothing
   */
  synchronized void closed(Consumer<String> otherwise) {
    closed = otherwise;
    closedNanos = nanoTime.getAsLong();
    asked = CompletableFuture.completedFuture(null);
    tick();
  }

  private void ask(String peerId) {
    List<CompletableFuture<RemovedIs>> answers =
        others.get().stream()
            .map(
                address ->
                    link.askAt(
                        address,
                        nonce -> new AskRemoved(nonce, peerId),
                        RemovedIs.class,
                        ASK_MILLIS))
            .toList();
    answers.forEach(answer -> answer.thenAccept(this::answered));
    asked =
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
            .thenRun(() -> nobodySaidSo(peerId));
  }

  private synchronized void answered(RemovedIs is) {
    if (is == null || retired) {
      return;
    }
    if (is.removed()) {
      retired = true;
      retire.run();
    } else if (!is.successor().isEmpty()) {
      successor = is.successor();
    }
  }

  private synchronized void nobodySaidSo(String peerId) {
    boolean mayCome =
        roster.get().isRemoved(peerId) && nanoTime.getAsLong() - closedNanos < CLOSED_NANOS;
    if (closed != null && !retired && !mayCome) {
      retired = true;
      closed.accept(successor);
    }
  }
}

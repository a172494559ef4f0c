package io.flotilla.journal;

import io.flotilla.journal.RaftView.End;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elects a leader in place of one that is known to be gone, without the time-out that Raft needs to
 * notice.
 *
 * <p>Two members that stand at the same time may split the votes, and one whose log is shorter than
 * another's isn't elected but ends the term. So each asks the others where their logs end. The one
 * with the longest log, of equals that with the first peer id, stands at once; its equals follow
 * one after another in case it is gone as well.
 */
final class Succession {
  private static final Logger LOGGER = LoggerFactory.getLogger(Succession.class);
  private static final long ASK_MILLIS = 150;

  /** Longer than an election takes on a busy machine. Only if two are gone is it waited for. */
  private static final long STEP_MILLIS = 300;

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Asks a member for the end of its log; null if it doesn't answer in time. */
  interface AskEnd {
    CompletableFuture<End> of(String peerId, long millis);
  }

  private final Supplier<RaftNode> node;
  private final AskEnd askEnd;
  private final Executor blocking;
  private final LongSupplier nanoTime;
  private String last = "";
  private long lastNanos;

  /**
   * @param blocking where threads may wait for the disk
   */
  Succession(Supplier<RaftNode> node, AskEnd askEnd, Executor blocking, LongSupplier nanoTime) {
    this.node = node;
    this.askEnd = askEnd;
    this.blocking = blocking;
    this.nanoTime = nanoTime;
  }

  /** See {@link Peers#leaderGone}. */
  void leaderGone(String leader) {
    RaftNode n = node.get();
    if (n == null || !leader.equals(n.leader()) || !mayStand(n) || isTooSoon(leader)) {
      return;
    }
    long term = n.term();
    Map<String, CompletableFuture<End>> asked = new TreeMap<>();
    for (Set<String> voters : n.voters()) {
      for (String peer : voters) {
        if (!peer.equals(leader) && !peer.equals(n.peerId())) {
          asked.computeIfAbsent(peer, p -> askEnd.of(p, ASK_MILLIS));
        }
      }
    }
    CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
        .thenAccept(all -> decide(n, leader, term, ends(asked)))
        .exceptionally(failure -> leaveToRaft(leader, failure));
  }

  /** Ratis ends a server that stands although it isn't a member, or not yet. */
  private static boolean mayStand(RaftNode n) {
    return !n.peerId().equals(n.leader())
        && n.members().stream().anyMatch(m -> m.peerId().equals(n.peerId()));
  }

  /** A leader behind a firewall that refuses connections may be taken for gone again and again. */
  private synchronized boolean isTooSoon(String leader) {
    long now = nanoTime.getAsLong();
    if (leader.equals(last) && now - lastNanos < PAUSE_NANOS) {
      return true;
    }
    last = leader;
    lastNanos = now;
    return false;
  }

  private static Map<String, End> ends(Map<String, CompletableFuture<End>> asked) {
    Map<String, End> ends = new TreeMap<>();
    asked.forEach((peer, answer) -> ends.put(peer, answer.join()));
    return ends;
  }

  private void decide(RaftNode n, String leader, long term, Map<String, End> others) {
    int place = place(n.peerId(), RaftView.of(n).end(), others);
    if (place < 0) {
      LOGGER.info(
          "{} is gone, and a member with a longer log than this one can succeed it", leader);
      return;
    }
    CompletableFuture.delayedExecutor(place * STEP_MILLIS, TimeUnit.MILLISECONDS, blocking)
        .execute(() -> stand(n, leader, term));
  }

  /**
   * How many stand before this member; negative if its log is too short to stand. One that didn't
   * say where its log ends (null) may be gone, or slow: it has its turn as well.
   */
  static int place(String self, End own, Map<String, End> others) {
    int before = 0;
    for (Map.Entry<String, End> other : others.entrySet()) {
      int longer = other.getValue() == null ? 0 : other.getValue().compareTo(own);
      if (longer > 0) {
        return -1;
      }
      before += longer == 0 && other.getKey().compareTo(self) < 0 ? 1 : 0;
    }
    return before;
  }

  private static void stand(RaftNode n, String leader, long term) {
    if (n.term() != term || !leader.equals(n.leader())) {
      return; // somebody stood already
    }
    try {
      LOGGER.info(
          RaftView.of(n).stand(leader)
              ? "{} is gone: this member stands for election"
              : "{} is gone, but this member can't stand for election now",
          leader);
    } catch (IOException | RuntimeException e) {
      leaveToRaft(leader, e);
    }
  }

  private static Void leaveToRaft(String leader, Throwable failure) {
    LOGGER.warn("{} is gone: the election follows after its time-out", leader, failure);
    return null;
  }
}

package io.flotilla.journal;

import io.flotilla.journal.RaftView.End;
import java.io.IOException;
import java.util.List;
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
 * another's isn't elected but ends the term. So each asks the others where their logs end, and of
 * those who say so that with the longest log stands, of equals that with the first peer id. All
 * others leave it to that one, and to Raft's time-out. A turn for each of them, one after another
 * in case the first fails, would be a bet on how long an election takes: on a busy machine the
 * second stood while the first was about to be elected.
 */
final class Succession {
  private static final Logger LOGGER = LoggerFactory.getLogger(Succession.class);

  /** Only if others are gone as well is it waited for; they don't answer. */
  private static final long ASK_MILLIS = 500;

  private static final int MOST_QUESTIONS = 20;

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
    ask(n, leader, n.term(), MOST_QUESTIONS);
  }

  private void ask(RaftNode n, String leader, long term, int questions) {
    List<Set<String>> voters = n.voters();
    Map<String, CompletableFuture<End>> asked = new TreeMap<>();
    for (Set<String> set : voters) {
      for (String peer : set) {
        if (!peer.equals(leader) && !peer.equals(n.peerId())) {
          asked.computeIfAbsent(peer, p -> askEnd.of(p, ASK_MILLIS));
        }
      }
    }
    CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
        .thenAccept(
            all -> {
              Map<String, End> others = ends(asked);
              if (isOver(n, leader, term)) {
                return;
              }
              if (isMajority(n.peerId(), others.keySet(), voters)) {
                decide(n, leader, term, others);
              } else if (questions > 1) {
                ask(n, leader, term, questions - 1);
              }
            })
        .exceptionally(failure -> leaveToRaft(leader, failure));
  }

  /** Somebody stood already. */
  private static boolean isOver(RaftNode n, String leader, long term) {
    return n.term() != term || !leader.equals(n.leader());
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

  /** Of those who answered. */
  private static Map<String, End> ends(Map<String, CompletableFuture<End>> asked) {
    Map<String, End> ends = new TreeMap<>();
    asked.forEach(
        (peer, answer) -> {
          if (answer.join() != null) {
            ends.put(peer, answer.join());
          }
        });
    return ends;
  }

  /** Without one, to stand would be in vain, and in the way of another one. */
  static boolean isMajority(String self, Set<String> answered, List<Set<String>> voters) {
    return voters.stream()
        .allMatch(
            set ->
                2 * set.stream().filter(v -> v.equals(self) || answered.contains(v)).count()
                    > set.size());
  }

  private void decide(RaftNode n, String leader, long term, Map<String, End> others) {
    if (isFirst(n.peerId(), RaftView.of(n).end(), others)) {
      blocking.execute(() -> stand(n, leader, term));
    } else {
      LOGGER.info("{} is gone; of {} another one may succeed it", leader, others.keySet());
    }
  }

  /**
   * Whether this member is the one to stand.
   *
   * @param others those who said where their logs end
   */
  static boolean isFirst(String self, End own, Map<String, End> others) {
    for (Map.Entry<String, End> other : others.entrySet()) {
      int longer = other.getValue().compareTo(own);
      if (longer > 0 || longer == 0 && other.getKey().compareTo(self) < 0) {
        return false;
      }
    }
    return true;
  }

  private static void stand(RaftNode n, String leader, long term) {
    if (isOver(n, leader, term)) {
      return;
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

package io.flotilla.journal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Tells a leader whether it was still the latest when asked. This relies on no clock: after the
 * question has arrived, a majority of the members confirms that it is in no later term. A later
 * leader would have been elected by a majority, each member of which entered the later term before
 * voting, and any two majorities share a member.
 *
 * <p>Ratis's own check is not used: see docs/decisions/0004.
 *
 * <p>One round of questions serves all requests that were waiting when it began; later ones wait
 * for the next round.
 */
final class LeadCheck {
  private final Function<String, CompletableFuture<Long>> askTerm;
  private List<CompletableFuture<Void>> waiting = new ArrayList<>();
  private boolean asking;

  /** A member's statement of its term, made after the question arrived. */
  record Term(long term, String peerId) {
    static final Term UNKNOWN = new Term(-1, "");

    boolean isKnown() {
      return term >= 0;
    }
  }

  /**
   * @param askTerm asks a member, by peer id, for its current term; null if it doesn't answer. Has
   *     to complete at last
   */
  LeadCheck(Function<String, CompletableFuture<Long>> askTerm) {
    this.askTerm = askTerm;
  }

  /**
   * Completes if, at some moment after this call, {@code node} led and no member led in a later
   * term; fails if that can't be established.
   *
   * @param asker the asking member's own term, or null
   */
  CompletableFuture<Void> confirm(RaftNode node, Term asker) {
    if (settledBy(asker, node)) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> question = new CompletableFuture<>();
    synchronized (this) {
      waiting.add(question);
      if (asking) {
        return question;
      }
      asking = true;
    }
    ask(node);
    return question;
  }

  /** In a group of three, this member and the asker are a majority. */
  private static boolean settledBy(Term asker, RaftNode node) {
    if (asker == null || !asker.isKnown()) {
      return false;
    }
    Tally two = Tally.of(node);
    two.add(asker.peerId(), asker.term());
    return two.result.isDone() && !two.result.isCompletedExceptionally();
  }

  private void ask(RaftNode node) {
    List<CompletableFuture<Void>> batch;
    synchronized (this) {
      if (waiting.isEmpty()) {
        asking = false;
        return;
      }
      batch = waiting;
      waiting = new ArrayList<>();
    }
    round(node)
        .whenComplete(
            (done, failure) -> {
              ask(node);
              batch.forEach(question -> answer(question, failure));
            });
  }

  private static void answer(CompletableFuture<Void> question, Throwable failure) {
    if (failure == null) {
      question.complete(null);
    } else {
      question.completeExceptionally(failure);
    }
  }

  /** Puts the question to each of the others; never throws. */
  private CompletableFuture<Void> round(RaftNode node) {
    try {
      Tally tally = Tally.of(node);
      if (!tally.result.isDone()) {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (String peer : tally.others()) {
          answers.add(askTerm.apply(peer).thenAccept(said -> tally.add(peer, said)));
        }
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
            .whenComplete((all, failure) -> tally.end());
      }
      return tally.result;
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Counts the members in no later term than this one, the leader. */
  static final class Tally {
    final CompletableFuture<Void> result = new CompletableFuture<>();
    private final String self;
    private final long term;
    private final List<Set<String>> configurations;
    private final Set<String> agreed = new HashSet<>();

    /**
     * @param configurations the voters; during a membership change, also the previous ones
     */
    Tally(String self, long term, List<Set<String>> configurations) {
      this.self = self;
      this.term = term;
      this.configurations = configurations;
    }

    static Tally of(RaftNode node) {
      Tally tally = new Tally(node.peerId(), node.term(), node.voters());
      if (node.isLeaderReady()) { // in that term or, if it lost the lead meanwhile, in a later one
        tally.add(tally.self, tally.term);
      } else {
        tally.refuse("this node isn't the leader");
      }
      return tally;
    }

    Set<String> others() {
      Set<String> others = new HashSet<>();
      configurations.forEach(others::addAll);
      others.remove(self);
      return others;
    }

    /** {@code said} is null if the member doesn't answer. */
    synchronized void add(String peer, Long said) {
      if (said != null && said > term) {
        refuse(peer + " is in a later term");
      } else if (said != null) {
        agreed.add(peer);
        if (configurations.stream().allMatch(this::isMajority)) {
          result.complete(null);
        }
      }
    }

    private boolean isMajority(Set<String> voters) {
      return 2 * voters.stream().filter(agreed::contains).count() > voters.size();
    }

    void end() {
      refuse("no majority of the members has answered");
    }

    private void refuse(String why) {
      result.completeExceptionally(new NoQuorumException(why));
    }
  }
}

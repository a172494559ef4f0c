package io.flotilla.journal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Asks whoever leads, and asks again until there is an answer that will do, or the deadline. For
 * questions whose repeats do no harm, and of which there are few.
 */
final class LeaderLine {
  private static final int MOST = 256;
  private static final long PAUSE_MILLIS = 100;

  private final JournalSettings settings;
  private final Supplier<RaftNode> node;
  private final ScheduledExecutorService ticker;
  private final LongSupplier nanoTime;
  private final AtomicInteger underWay = new AtomicInteger();

  LeaderLine(
      JournalSettings settings,
      Supplier<RaftNode> node,
      ScheduledExecutorService ticker,
      LongSupplier nanoTime) {
    this.settings = settings;
    this.node = node;
    this.ticker = ticker;
    this.nanoTime = nanoTime;
  }

  /**
   * A question.
   *
   * @param <T> the answer
   */
  interface Question<T> {
    /** This node leads. Must not block. */
    T here();

    /** Another does; completes with null if it doesn't answer in time. */
    CompletableFuture<T> there(String leader, long millis);

    /** Whether it needn't be asked again. May throw what the asker is to get. */
    boolean answeredBy(T answer);

    /**
     * The failure if there is no such answer in time.
     *
     * @param sent whether anybody may have heard the question
     * @param last the last answer, or null
     */
    JournalException unanswered(boolean sent, T last);
  }

  <T> CompletableFuture<T> ask(Question<T> question) {
    if (underWay.incrementAndGet() > MOST) {
      underWay.decrementAndGet();
      return CompletableFuture.failedFuture(
          new OverloadException(MOST + " such requests are under way; retry later"));
    }
    Asked<T> asked = new Asked<>(question, nanoTime.getAsLong() + settings.deadline().toNanos());
    asked.result.whenComplete((answer, failure) -> underWay.decrementAndGet());
    attempt(asked);
    return asked.result;
  }

  private static final class Asked<T> {
    final Question<T> question;
    final long deadline;
    final CompletableFuture<T> result = new CompletableFuture<>();
    volatile boolean sent;
    volatile T last;

    Asked(Question<T> question, long deadline) {
      this.question = question;
      this.deadline = deadline;
    }
  }

  private <T> void attempt(Asked<T> asked) {
    try {
      once(asked)
          .whenComplete(
              (answer, failure) -> {
                if (failure == null) {
                  take(asked, answer);
                } else {
                  asked.result.completeExceptionally(failure);
                }
              });
    } catch (RuntimeException e) {
      asked.result.completeExceptionally(e);
    }
  }

  private <T> CompletableFuture<T> once(Asked<T> asked) {
    RaftNode n = node.get();
    String leader = n == null ? null : n.leader();
    if (n != null && n.isLeaderReady()) {
      asked.sent = true;
      return CompletableFuture.completedFuture(asked.question.here());
    }
    if (leader == null || leader.equals(n.peerId())) {
      return CompletableFuture.completedFuture(null);
    }
    asked.sent = true;
    return asked.question.there(RaftNode.nodeOf(leader), settings.attemptTimeout().toMillis());
  }

  private <T> void take(Asked<T> asked, T answer) {
    try {
      if (answer != null) {
        asked.last = answer;
        if (asked.question.answeredBy(answer)) {
          asked.result.complete(answer);
          return;
        }
      }
      if (nanoTime.getAsLong() - asked.deadline >= 0) {
        throw asked.question.unanswered(asked.sent, asked.last);
      }
      ticker.schedule(() -> attempt(asked), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      asked.result.completeExceptionally(asked.question.unanswered(asked.sent, asked.last));
    } catch (RuntimeException e) {
      asked.result.completeExceptionally(e);
    }
  }
}

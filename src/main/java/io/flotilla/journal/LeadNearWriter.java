package io.flotilla.journal;

import io.flotilla.async.Futures;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the lead of the log to the node that writes most of it.
 *
 * <p>What is written on the leader's node goes to Raft in process; all other nodes forward it, and
 * wait for the way back. Where entities live is decided without regard to that, for the sake of
 * quick failover. So a node that sees that nearly all new entries are its own asks for the lead. It
 * is a matter of speed only: whoever leads, and however often that changes, nothing is lost.
 */
final class LeadNearWriter {
  /** How often to look. Only what it sees twice in a row counts. */
  static final Duration WINDOW = Duration.ofSeconds(5);

  /** Less isn't worth the moment without a leader. */
  static final int MIN_WRITES = 50;

  /** So that two nodes don't take it from each other all the time. */
  static final Duration PAUSE = Duration.ofMinutes(1);

  private static final Logger LOGGER = LoggerFactory.getLogger(LeadNearWriter.class);

  private final LongSupplier forwarded;
  private final LongSupplier applied;
  private final Supplier<CompletionStage<?>> askForLead;
  private final LongSupplier nanoTime;
  private long lookedAt;
  private long forwardedThen;
  private long appliedThen;
  private boolean wasMost;
  private boolean asked;
  private long askedAt;

  /**
   * @param forwarded how many writes this node has had done by a leader elsewhere
   * @param applied up to where this node knows the log
   * @param askForLead lets this node lead
   */
  LeadNearWriter(
      LongSupplier forwarded,
      LongSupplier applied,
      Supplier<CompletionStage<?>> askForLead,
      LongSupplier nanoTime) {
    this.forwarded = forwarded;
    this.applied = applied;
    this.askForLead = askForLead;
    this.nanoTime = nanoTime;
    this.lookedAt = nanoTime.getAsLong();
  }

  /** To be called at least once per {@link #WINDOW}, by one thread. */
  void tick() {
    long now = nanoTime.getAsLong();
    if (now - lookedAt < WINDOW.toNanos()) {
      return;
    }
    lookedAt = now;
    boolean most = isMost(forwarded.getAsLong(), applied.getAsLong());
    if (most && wasMost && !isTooSoon(now)) {
      asked = true;
      askedAt = now;
      ask();
    }
    wasMost = most;
  }

  /** Whether three quarters of what was added since the last time are this node's. */
  private boolean isMost(long forwardedNow, long appliedNow) {
    long own = forwardedNow - forwardedThen;
    long all = appliedNow - appliedThen;
    forwardedThen = forwardedNow;
    appliedThen = appliedNow;
    return own >= MIN_WRITES && 4 * own >= 3 * all;
  }

  private boolean isTooSoon(long now) {
    return asked && now - askedAt < PAUSE.toNanos();
  }

  private void ask() {
    LOGGER.info("Most entries of the log are this node's: it asks for the lead");
    askForLead
        .get()
        .exceptionally(
            failure -> {
              LOGGER.info("The lead stays where it is: {}", Futures.unwrap(failure).getMessage());
              return null;
            });
  }
}

package io.flotilla.journal;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How long a leader hasn't heard from each of the others.
 *
 * <p>A Raft server that has just become the leader makes up a time for each. Whoever hasn't
 * answered it yet is counted from the beginning of its lead; but the leader before it, which it
 * heard as a follower, since then. Otherwise the election would be added to what a silent leader is
 * allowed.
 */
final class Silences {
  private final LongSupplier nanoTime;

  /** Heard as a follower, since this member last led. */
  private String lastLeader = "";

  /** The leader before this one, in the last term that this member led. */
  private String before = "";

  private long term;
  private long heardNanos;

  Silences(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** As a follower, regularly: this leader was last heard so long ago. */
  synchronized void heard(String leader, long sinceMillis) {
    long at = nanoTime.getAsLong() - sinceMillis * 1_000_000;
    if (!leader.equals(lastLeader) || at - heardNanos > 0) {
      lastLeader = leader;
      heardNanos = at;
    }
  }

  /** As the leader, regularly: milliseconds by peer id. */
  synchronized Map<String, Long> of(RaftView.Lead lead) {
    if (lead.term() != term) {
      term = lead.term();
      before = lastLeader;
      lastLeader = ""; // if this member leads again after itself, there is none before it
    }
    Map<String, Long> silences = new HashMap<>();
    lead.sinceAnswerMillis()
        .forEach(
            (peer, since) ->
                silences.put(peer, since < lead.lastedMillis() ? since : unanswered(peer, lead)));
    return silences;
  }

  private long unanswered(String peer, RaftView.Lead lead) {
    long sinceHeard = (nanoTime.getAsLong() - heardNanos) / 1_000_000;
    return peer.equals(before) ? Math.max(sinceHeard, lead.lastedMillis()) : lead.lastedMillis();
  }
}

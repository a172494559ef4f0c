package io.flotilla.journal;

import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What Raft knows of the members, by peer id. It is this node's view, and may be out of date: what
 * is decided on it takes effect by an entry in the log, see {@link Seats}.
 *
 * <p>Thread-safe; nothing here blocks.
 */
public final class Peers {
  private final Supplier<RaftNode> node;
  private final Silences silences;
  private final Succession succession;

  Peers(Supplier<RaftNode> node, Succession succession, LongSupplier nanoTime) {
    this.node = node;
    this.succession = succession;
    this.silences = new Silences(nanoTime);
  }

  /** Whether this node leads the group, as far as it knows: it may have lost the lead just now. */
  public boolean leads() {
    RaftNode n = node.get();
    return n != null && n.isLeaderReady();
  }

  /**
   * Milliseconds since each of the others, those about to be admitted included, last answered this
   * leader. Empty if this node doesn't lead. One that answers is asked twice per shortest election
   * time-out, so less than that means nothing.
   */
  public Map<String, Long> silences() {
    RaftView view = RaftView.of(node.get());
    RaftView.Lead lead = view == null ? null : view.lead();
    return lead == null ? Map.of() : silences.of(lead);
  }

  /**
   * To be called if a process is known to be gone. If it led, a follower stands for election at
   * once, without waiting for its time-out. A mistake costs an election and nothing else, as votes
   * are given as ever; and if this one fails, there is one after the time-out.
   */
  public void leaderGone(String peerId) {
    succession.leaderGone(peerId);
  }

  /** Regularly, as silence is the absence of something. */
  void tick() {
    RaftView view = RaftView.of(node.get());
    RaftView.Heard heard = view == null ? null : view.heard();
    if (heard != null) {
      silences.heard(heard.leader(), heard.sinceMillis());
    }
    silences();
  }
}

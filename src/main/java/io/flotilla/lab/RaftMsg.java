package io.flotilla.lab;

import java.util.List;

/** What Raft's nodes send each other (figure 2 of the paper) and what they report. */
public sealed interface RaftMsg {

  /** A command and the term in which a leader received it. */
  record Entry(int term, String command) {
    @Override
    public String toString() {
      return command + "@" + term;
    }
  }

  /** From outside: have this command agreed on; ignored by a node that doesn't lead. */
  record Propose(String command) implements RaftMsg {}

  record RequestVote(int term, String candidate, int lastIndex, int lastTerm) implements RaftMsg {}

  record Vote(int term, String from, boolean granted) implements RaftMsg {}

  record Append(
      int term, String leader, int prevIndex, int prevTerm, List<Entry> entries, int commit)
      implements RaftMsg {}

  /**
   * @param match the last index that now agrees with the leader's log, if successful
   */
  record Appended(int term, String from, boolean success, int match) implements RaftMsg {}

  /** A timer: no leader was heard from for too long. */
  record ElectionTimeout() implements RaftMsg {}

  /** A timer: the leader must be heard again. */
  record Heartbeat() implements RaftMsg {}

  /** What survives a crash: "persistent state on all servers" in figure 2. */
  record Durable(int term, String votedFor, List<Entry> log) {
    Durable withLog(List<Entry> other) {
      return new Durable(term, votedFor, List.copyOf(other));
    }
  }

  record BecameLeader(int term, List<Entry> log) implements Event {}

  record LogIs(int term, boolean leader, List<Entry> log) implements Event {}

  record Committed(int index, Entry entry, int term) implements Event {}
}

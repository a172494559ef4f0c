package io.flotilla.lab;

import java.util.List;

/** What Raft's nodes send each other (figure 2 of the paper) and what they report. */
public sealed interface RaftMsg {

  /** A client's command, or none (see {@link #BLANK}), and the term in which it was received. */
  record Entry(int term, String client, String command) {
    @Override
    public String toString() {
      return command + "@" + term;
    }
  }

  /** The command of a leader's first entry, which lets it commit those of earlier terms. */
  String BLANK = "-";

  /** From outside, to a client: have this command agreed on. */
  record Submit(String command) implements RaftMsg {}

  /** To the node that the client believes to be the leader; {@code client} may be nobody, "". */
  record Propose(String client, String command) implements RaftMsg {}

  /** Ask {@code leader} instead, or anybody if that is empty. */
  record Redirect(String leader, String command) implements RaftMsg {}

  /** To the client: the command is committed. */
  record Done(String command) implements RaftMsg {}

  /** A client's timer: no answer has come. */
  record AskAgain() implements RaftMsg {}

  record RequestVote(int term, String candidate, int lastIndex, int lastTerm) implements RaftMsg {}

  record Vote(int term, String from, boolean granted) implements RaftMsg {}

  record Append(
      int term, String leader, int prevIndex, int prevTerm, List<Entry> entries, int commit)
      implements RaftMsg {}

  /**
   * @param match the last index that now agrees with the leader's log, if successful; otherwise the
   *     index at which it did not
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

  record Submitted(String command) implements Event {}

  record Answered(String command) implements Event {}

  record BecameLeader(int term, List<Entry> log) implements Event {}

  record LogIs(int term, boolean leader, List<Entry> log) implements Event {}

  record Committed(int index, Entry entry, int term) implements Event {}
}

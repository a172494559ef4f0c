package io.flotilla.lab;

import java.util.Comparator;
import java.util.Optional;

/** What the nodes of {@link Paxos} send, keep and report. */
public sealed interface PaxosMsg {

  /** A proposal's number: unique, because each node only uses those with its own name. */
  record Ballot(int round, String node) implements Comparable<Ballot> {
    @Override
    public int compareTo(Ballot other) {
      return Comparator.comparingInt(Ballot::round)
          .thenComparing(Ballot::node)
          .compare(this, other);
    }

    @Override
    public String toString() {
      return round + node;
    }
  }

  /** A value under a number. */
  record Proposal(Ballot ballot, String value) {
    @Override
    public String toString() {
      return value + "@" + ballot;
    }
  }

  /** What an acceptor must not forget. */
  record Acceptor(Ballot promised, Optional<Proposal> accepted) {}

  /** From outside: try to have this value chosen. */
  record Propose(String value) implements PaxosMsg {}

  record Prepare(Ballot ballot) implements PaxosMsg {}

  record Promise(String from, Ballot ballot, Optional<Proposal> accepted) implements PaxosMsg {}

  record Accept(Proposal proposal) implements PaxosMsg {}

  record Accepted(String from, Proposal proposal) implements PaxosMsg {}

  record Retry() implements PaxosMsg {}

  record Proposed(String value) implements Event {}

  record Promised(Ballot ballot) implements Event {}

  record Took(Proposal proposal) implements Event {}

  record Decided(String value) implements Event {}
}

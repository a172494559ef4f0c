package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.RaftMsg.*;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Section 5.2 of Raft: terms, votes and leaders. Separate from the log's replication, so that it
 * can be read on its own.
 */
abstract class RaftElection extends AbstractBehavior<RaftMsg> {
  /** Figure 4. */
  protected enum Role {
    FOLLOWER,
    CANDIDATE,
    LEADER
  }

  protected final Host<RaftMsg> host;
  protected final TimerScheduler<RaftMsg> timers;
  private final SortedMap<String, Boolean> votes = new TreeMap<>();
  protected Durable durable;
  protected Role role = Role.FOLLOWER;

  /** Where clients are sent; nobody yet if empty. */
  protected String leader = "";

  protected RaftElection(
      ActorContext<RaftMsg> ctx, Host<RaftMsg> host, TimerScheduler<RaftMsg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    this.durable = recall(host.storage());
    awaitLeader();
  }

  /** What the replication does when this node has won. */
  protected abstract void onElected();

  /** Figure 2: currentTerm, votedFor and log are on disk before any answer. */
  protected Durable recall(Storage storage) {
    return storage.read("raft", Durable.class).orElse(new Durable(0, "", List.of()));
  }

  protected void keep(Durable changed) {
    boolean logChanged = !changed.log().equals(durable.log());
    durable = changed;
    host.storage().write("raft", changed);
    if (logChanged) {
      host.report(new LogIs(durable.term(), role == Role.LEADER, durable.log()));
    }
  }

  /** Section 5.2: each waits a random time, so that votes are rarely split. */
  protected void awaitLeader() {
    Duration patience = Duration.ofMillis(150 + host.random().nextInt(150));
    timers.startSingleTimer("turn", new ElectionTimeout(), patience);
  }

  /** "All servers": a greater term turns any node into a follower. */
  protected void seeTerm(int term) {
    if (term > durable.term()) {
      keep(new Durable(term, "", durable.log()));
      role = Role.FOLLOWER;
      leader = "";
      awaitLeader();
    }
  }

  protected Behavior<RaftMsg> campaign() {
    role = Role.CANDIDATE;
    leader = "";
    keep(new Durable(durable.term() + 1, host.id(), durable.log()));
    votes.clear();
    awaitLeader();
    host.tellOthers(new RequestVote(durable.term(), host.id(), lastIndex(), termAt(lastIndex())));
    return onVote(new Vote(durable.term(), host.id(), true));
  }

  protected Behavior<RaftMsg> onRequestVote(RequestVote m) {
    seeTerm(m.term());
    boolean free = durable.votedFor().isEmpty() || durable.votedFor().equals(m.candidate());
    boolean grant = m.term() == durable.term() && free && isUpToDate(m);
    if (grant) {
      keep(new Durable(durable.term(), m.candidate(), durable.log()));
      awaitLeader();
    }
    host.tell(m.candidate(), new Vote(durable.term(), host.id(), grant));
    return this;
  }

  /** Section 5.4.1: vote only for a log that is at least as up to date as one's own. */
  protected boolean isUpToDate(RequestVote m) {
    int myLastTerm = termAt(lastIndex());
    return m.lastTerm() > myLastTerm
        || (m.lastTerm() == myLastTerm && m.lastIndex() >= lastIndex());
  }

  protected Behavior<RaftMsg> onVote(Vote m) {
    seeTerm(m.term());
    if (role == Role.CANDIDATE && m.term() == durable.term()) {
      votes.put(m.from(), m.granted());
      if (hasWon(votes)) {
        role = Role.LEADER;
        host.report(new BecameLeader(durable.term(), durable.log()));
        onElected();
        timers.startSingleTimer("turn", new Heartbeat(), Duration.ZERO);
      }
    }
    return this;
  }

  /** It takes a majority of the whole cluster, not of those that answered. */
  protected boolean hasWon(SortedMap<String, Boolean> answers) {
    return answers.values().stream().filter(granted -> granted).count() >= host.majority();
  }

  protected int lastIndex() {
    return durable.log().size();
  }

  protected int termAt(int index) {
    return index == 0 ? 0 : durable.log().get(index - 1).term();
  }
}

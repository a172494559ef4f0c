package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.RaftMsg.Append;
import io.flotilla.lab.RaftMsg.Appended;
import io.flotilla.lab.RaftMsg.BecameLeader;
import io.flotilla.lab.RaftMsg.Committed;
import io.flotilla.lab.RaftMsg.Durable;
import io.flotilla.lab.RaftMsg.ElectionTimeout;
import io.flotilla.lab.RaftMsg.Entry;
import io.flotilla.lab.RaftMsg.Heartbeat;
import io.flotilla.lab.RaftMsg.LogIs;
import io.flotilla.lab.RaftMsg.Propose;
import io.flotilla.lab.RaftMsg.RequestVote;
import io.flotilla.lab.RaftMsg.Vote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A replicated log (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm").
 */
public class Raft extends AbstractBehavior<RaftMsg> {
  private enum Role {
    FOLLOWER,
    CANDIDATE,
    LEADER
  }

  protected final Host<RaftMsg> host;
  private final TimerScheduler<RaftMsg> timers;
  private final SortedMap<String, Boolean> votes = new TreeMap<>();
  private final SortedMap<String, Integer> match = new TreeMap<>();
  protected Durable durable;
  private Role role = Role.FOLLOWER;
  private int commit;

  public static Behavior<RaftMsg> create(Host<RaftMsg> host) {
    return Behaviors.withTimers(timers -> Behaviors.setup(ctx -> new Raft(ctx, host, timers)));
  }

  protected Raft(ActorContext<RaftMsg> ctx, Host<RaftMsg> host, TimerScheduler<RaftMsg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    this.durable = recall(host.storage());
    awaitLeader();
  }

  /** Figure 2: currentTerm, votedFor and log are on disk before any answer. */
  protected Durable recall(Storage storage) {
    return storage.read("raft", Durable.class).orElse(new Durable(0, "", List.of()));
  }

  private void keep(Durable changed) {
    boolean logChanged = !changed.log().equals(durable.log());
    durable = changed;
    host.storage().write("raft", changed);
    if (logChanged) {
      host.report(new LogIs(durable.term(), role == Role.LEADER, durable.log()));
    }
  }

  @Override
  public Receive<RaftMsg> createReceive() {
    return newReceiveBuilder()
        .onMessage(ElectionTimeout.class, m -> campaign())
        .onMessage(RequestVote.class, this::onRequestVote)
        .onMessage(Vote.class, this::onVote)
        .onMessage(Heartbeat.class, m -> replicate())
        .onMessage(Append.class, this::onAppend)
        .onMessage(Appended.class, this::onAppended)
        .onMessage(Propose.class, this::onPropose)
        .build();
  }

  /** Section 5.2: each waits another, random time, so that votes are rarely split. */
  private void awaitLeader() {
    Duration patience = Duration.ofMillis(150 + host.random().nextInt(150));
    timers.startSingleTimer("turn", new ElectionTimeout(), patience);
  }

  /** "All servers": a greater term makes a follower of anyone. */
  private void seeTerm(int term) {
    if (term > durable.term()) {
      keep(new Durable(term, "", durable.log()));
      role = Role.FOLLOWER;
      awaitLeader();
    }
  }

  private Behavior<RaftMsg> campaign() {
    role = Role.CANDIDATE;
    keep(new Durable(durable.term() + 1, host.id(), durable.log()));
    votes.clear();
    awaitLeader();
    host.tellOthers(new RequestVote(durable.term(), host.id(), lastIndex(), termAt(lastIndex())));
    return onVote(new Vote(durable.term(), host.id(), true));
  }

  private Behavior<RaftMsg> onRequestVote(RequestVote m) {
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

  /** Section 5.4.1: a vote only for a log that has at least what the voter's has. */
  protected boolean isUpToDate(RequestVote m) {
    int myLastTerm = termAt(lastIndex());
    return m.lastTerm() > myLastTerm
        || (m.lastTerm() == myLastTerm && m.lastIndex() >= lastIndex());
  }

  private Behavior<RaftMsg> onVote(Vote m) {
    seeTerm(m.term());
    if (role == Role.CANDIDATE && m.term() == durable.term()) {
      votes.put(m.from(), m.granted());
      if (hasWon(votes)) {
        role = Role.LEADER;
        host.report(new BecameLeader(durable.term(), durable.log()));
        match.clear();
        timers.startSingleTimer("turn", new Heartbeat(), Duration.ZERO);
      }
    }
    return this;
  }

  /** A majority of the whole cluster, not of those that answered. */
  protected boolean hasWon(SortedMap<String, Boolean> answers) {
    return answers.values().stream().filter(granted -> granted).count() >= host.majority();
  }

  private Behavior<RaftMsg> onPropose(Propose m) {
    if (role == Role.LEADER) {
      List<Entry> longer = new ArrayList<>(durable.log());
      longer.add(new Entry(durable.term(), m.command()));
      keep(durable.withLog(longer));
    }
    return this;
  }

  /**
   * From what is known to agree on. The paper starts at its own end and steps back (nextIndex),
   * which saves sending what the other has.
   */
  private Behavior<RaftMsg> replicate() {
    for (String node : host.others()) {
      int prev = match.getOrDefault(node, 0);
      List<Entry> rest = durable.log().subList(prev, lastIndex());
      host.tell(
          node,
          new Append(durable.term(), host.id(), prev, termAt(prev), List.copyOf(rest), commit));
    }
    timers.startSingleTimer("turn", new Heartbeat(), Duration.ofMillis(50));
    return this;
  }

  /** Figure 2, "AppendEntries RPC, receiver implementation". */
  private Behavior<RaftMsg> onAppend(Append m) {
    seeTerm(m.term());
    if (m.term() < durable.term()) {
      host.tell(m.leader(), new Appended(durable.term(), host.id(), false, 0));
      return this;
    }
    role = Role.FOLLOWER;
    awaitLeader();
    boolean fits = m.prevIndex() <= lastIndex() && termAt(m.prevIndex()) == m.prevTerm();
    int last = m.prevIndex() + m.entries().size();
    if (fits) {
      store(m);
      commitUpTo(Math.min(m.commit(), last));
    }
    host.tell(m.leader(), new Appended(durable.term(), host.id(), fits, fits ? last : 0));
    return this;
  }

  /** Step 3: only what conflicts is cut off; an old message must not shorten the log. */
  private void store(Append m) {
    List<Entry> log = new ArrayList<>(durable.log());
    for (int i = 0; i < m.entries().size(); i++) {
      int at = m.prevIndex() + i;
      if (at < log.size() && log.get(at).term() != m.entries().get(i).term()) {
        log.subList(at, log.size()).clear();
      }
      if (at == log.size()) {
        log.add(m.entries().get(i));
      }
    }
    keep(durable.withLog(log));
  }

  private Behavior<RaftMsg> onAppended(Appended m) {
    seeTerm(m.term());
    if (role != Role.LEADER || m.term() != durable.term()) {
      return this;
    }
    if (m.success()) {
      match.merge(m.from(), m.match(), Math::max);
    }
    for (int n = lastIndex(); n > commit; n--) {
      int index = n;
      SortedSet<String> have = new TreeSet<>(host.others());
      have.removeIf(node -> match.getOrDefault(node, 0) < index);
      if (have.size() + 1 >= host.majority() && mayCommit(index)) {
        commitUpTo(index);
      }
    }
    return this;
  }

  /** Section 5.4.2: older entries are never committed by counting, only along with a new one. */
  protected boolean mayCommit(int index) {
    return termAt(index) == durable.term();
  }

  private void commitUpTo(int index) {
    while (commit < index) {
      commit++;
      host.report(new Committed(commit, durable.log().get(commit - 1), durable.term()));
    }
  }

  protected int lastIndex() {
    return durable.log().size();
  }

  protected int termAt(int index) {
    return index == 0 ? 0 : durable.log().get(index - 1).term();
  }

  @Override
  public String toString() {
    return role + " term " + durable.term() + " log " + durable.log() + " commit " + commit;
  }
}

package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.RaftMsg.*;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A replicated log (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm").
 */
public class Raft extends RaftElection {
  private final SortedMap<String, Integer> match = new TreeMap<>();
  private int commit;

  public static Behavior<RaftMsg> create(Host<RaftMsg> host) {
    return Behaviors.withTimers(timers -> Behaviors.setup(ctx -> new Raft(ctx, host, timers)));
  }

  protected Raft(ActorContext<RaftMsg> ctx, Host<RaftMsg> host, TimerScheduler<RaftMsg> timers) {
    super(ctx, host, timers);
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

  /** It does not know yet what the others have. */
  @Override
  protected void onElected() {
    match.clear();
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
   * Sends everything after what is known to agree. The paper starts at the leader's end and steps
   * back (nextIndex), which avoids sending what the other already has.
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

  /** Step 3: only conflicting entries are cut off; an old message must not shorten the log. */
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
      long others = match.values().stream().filter(last -> last >= index).count();
      if (others + 1 >= host.majority() && mayCommit(index)) {
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

  @Override
  public String toString() {
    return role + " term " + durable.term() + " log " + durable.log() + " commit " + commit;
  }
}

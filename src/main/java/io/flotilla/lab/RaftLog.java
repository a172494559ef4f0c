package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.RaftMsg.*;
import java.util.ArrayList;
import java.util.List;

/**
 * Section 5.3 of Raft as every node has it: a log that is made like the leader's, and how much of
 * it is committed.
 */
abstract class RaftLog extends RaftElection {
  protected int commit;

  protected RaftLog(ActorContext<RaftMsg> ctx, Host<RaftMsg> host, TimerScheduler<RaftMsg> timers) {
    super(ctx, host, timers);
  }

  /** Figure 2, "AppendEntries RPC, receiver implementation". */
  protected Behavior<RaftMsg> onAppend(Append m) {
    seeTerm(m.term());
    if (m.term() < durable.term()) {
      host.tell(m.leader(), new Appended(durable.term(), host.id(), false, 0));
      return this;
    }
    role = Role.FOLLOWER;
    leader = m.leader();
    awaitLeader();
    boolean fits = m.prevIndex() <= lastIndex() && termAt(m.prevIndex()) == m.prevTerm();
    int last = m.prevIndex() + m.entries().size();
    if (fits) {
      store(m);
      commitUpTo(Math.min(m.commit(), last));
    }
    host.tell(
        m.leader(), new Appended(durable.term(), host.id(), fits, fits ? last : m.prevIndex()));
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

  protected void add(Entry entry) {
    List<Entry> longer = new ArrayList<>(durable.log());
    longer.add(entry);
    keep(durable.withLog(longer));
  }

  protected void commitUpTo(int index) {
    while (commit < index) {
      commit++;
      Entry entry = durable.log().get(commit - 1);
      host.report(new Committed(commit, entry, durable.term()));
      if (role == Role.LEADER) {
        tell(entry.client(), new Done(entry.command()));
      }
    }
  }

  protected void tell(String client, RaftMsg message) {
    if (!client.isEmpty()) {
      host.tell(client, message);
    }
  }
}

package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.RaftMsg.*;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A replicated log (Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm").
 */
public class Raft extends RaftLog {
  private final SortedMap<String, Integer> next = new TreeMap<>();
  private final SortedMap<String, Integer> match = new TreeMap<>();

  /** A server or a client, by its name. */
  public static Behavior<RaftMsg> create(Host<RaftMsg> host) {
    return create(host, Raft::new);
  }

  /** How a server is made; a mutant makes another. */
  interface Server {
    Raft of(ActorContext<RaftMsg> ctx, Host<RaftMsg> host, TimerScheduler<RaftMsg> timers);
  }

  static Behavior<RaftMsg> create(Host<RaftMsg> host, Server server) {
    Host<RaftMsg> peers = host.amongServers();
    return Behaviors.withTimers(
        t ->
            Behaviors.setup(
                ctx -> host.isClient() ? new RaftClient(ctx, peers, t) : server.of(ctx, peers, t)));
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

  /** It doesn't know yet what the others have, and may not commit what it has by itself. */
  @Override
  protected void onElected() {
    match.clear();
    add(new Entry(durable.term(), "", RaftMsg.BLANK));
    host.others().forEach(node -> next.put(node, lastIndex()));
  }

  /** A command that is in the log already waits there; one that is committed is answered again. */
  private Behavior<RaftMsg> onPropose(Propose m) {
    if (role != Role.LEADER) {
      tell(m.client(), new Redirect(leader, m.command()));
      return this;
    }
    int index = durable.log().stream().map(Entry::command).toList().indexOf(m.command()) + 1;
    if (index == 0) {
      add(new Entry(durable.term(), m.client(), m.command()));
      replicate();
    } else if (index <= commit) {
      tell(m.client(), new Done(m.command()));
    }
    return this;
  }

  private Behavior<RaftMsg> replicate() {
    host.others().forEach(this::sendNext);
    timers.startSingleTimer("turn", new Heartbeat(), Duration.ofMillis(50));
    return this;
  }

  /** At most one entry in a message, so that the copying of a log can be watched. */
  private void sendNext(String node) {
    int prev = next.get(node) - 1;
    List<Entry> entry = durable.log().subList(prev, Math.min(prev + 1, lastIndex()));
    int term = durable.term();
    host.tell(node, new Append(term, host.id(), prev, termAt(prev), List.copyOf(entry), commit));
  }

  private Behavior<RaftMsg> onAppended(Appended m) {
    seeTerm(m.term());
    if (role != Role.LEADER || m.term() != durable.term()) {
      return this;
    }
    if (m.success()) {
      match.merge(m.from(), m.match(), Math::max);
    }
    int known = match.getOrDefault(m.from(), 0);
    next.put(m.from(), m.success() ? known + 1 : Math.max(known + 1, m.match()));
    commitWhatAMajorityHas();
    if (known < lastIndex()) {
      sendNext(m.from());
    }
    return this;
  }

  private void commitWhatAMajorityHas() {
    for (int n = lastIndex(); n > commit; n--) {
      int index = n;
      long others = match.values().stream().filter(last -> last >= index).count();
      if (others + 1 >= host.majority() && mayCommit(index)) {
        commitUpTo(index);
      }
    }
  }

  /** Section 5.4.2: older entries are never committed by counting, only along with a new one. */
  protected boolean mayCommit(int index) {
    return termAt(index) == durable.term();
  }

  @Override
  public String toString() {
    return role + " term " + durable.term() + " log " + durable.log() + " commit " + commit;
  }
}

package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.PbftMsg.*;
import java.util.ArrayList;
import java.util.Collection;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Practical Byzantine fault tolerance (Castro and Liskov, 1999) for one sequence number: which
 * request is the first? There are 3f + 1 replicas, of which f = 1 may do anything; here the first
 * primary proposes something else to each. A replica has prepared a request when 2f backups say
 * that they were proposed the same. It executes it when 2f + 1 have prepared it, because then any
 * 2f + 1 that change the view have an honest one among them who says so.
 *
 * <p>Assumes that messages are signed and arrive, and in the end are quicker than the time-outs.
 */
public class Pbft extends PbftReplica {
  protected static final int F = 1;

  private final SortedSet<String> requests = new TreeSet<>();
  private final SortedMap<Integer, String> accepted = new TreeMap<>();
  private final SortedMap<Integer, SortedMap<String, ViewChange>> changes = new TreeMap<>();

  public static Behavior<PbftMsg> create(Host<PbftMsg> host) {
    return Nodes.timed(
        (ctx, timers) ->
            host.id().equals(host.all().get(0))
                ? new PbftTraitor(ctx, host)
                : new Pbft(ctx, host, timers));
  }

  protected Pbft(ActorContext<PbftMsg> ctx, Host<PbftMsg> host, TimerScheduler<PbftMsg> timers) {
    super(ctx, host, timers);
  }

  @Override
  public Receive<PbftMsg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Request.class, m -> onRequest(m.op()))
        .onMessage(PrePrepare.class, m -> accept(m.from(), m.view(), m.op()))
        .onMessage(Prepare.class, m -> vote("prepare", m.from(), m.view(), m.op()))
        .onMessage(Commit.class, m -> vote("commit", m.from(), m.view(), m.op()))
        .onMessage(ViewChange.class, this::onViewChange)
        .onMessage(NewView.class, this::onNewView)
        .onMessage(TooLong.class, m -> m.view() == view ? changeTo(view + 1) : this)
        .build();
  }

  private Behavior<PbftMsg> onRequest(String op) {
    requests.add(op);
    waitForIt();
    return this;
  }

  /** Only the first proposal of a view's own primary. */
  private Behavior<PbftMsg> accept(String from, int of, String op) {
    boolean mine = from.equals(host.id());
    boolean right = of == view && from.equals(primary(of));
    if (right && accepted.putIfAbsent(of, op) == null && !mine) {
      host.tellOthers(new Prepare(host.id(), of, op));
      vote("prepare", host.id(), of, op);
    }
    return check();
  }

  private Behavior<PbftMsg> vote(String kind, String from, int of, String op) {
    note(kind, from, of, op);
    return check();
  }

  private Behavior<PbftMsg> check() {
    String op = accepted.get(view);
    if (op == null) {
      return this;
    }
    if (prepared.view() < view && isPrepared(votes("prepare", op))) {
      prepared = new Prepared(view, op);
      host.tellOthers(new Commit(host.id(), view, op));
      vote("commit", host.id(), view, op);
    } else if (prepared.view() == view && !executed && isCommitted(votes("commit", op))) {
      executed = true;
      timers.cancelAll();
      host.report(new Executed(view, op));
    }
    return this;
  }

  /** With the primary's proposal these are 2f + 1 that say the same: no other can have so many. */
  protected boolean isPrepared(int prepares) {
    return prepares >= 2 * F;
  }

  protected boolean isCommitted(int commits) {
    return commits >= 2 * F + 1;
  }

  private Behavior<PbftMsg> changeTo(int next) {
    view = next;
    waitForIt();
    host.tellOthers(new ViewChange(host.id(), next, prepared));
    return onViewChange(new ViewChange(host.id(), next, prepared));
  }

  private Behavior<PbftMsg> onViewChange(ViewChange m) {
    SortedMap<String, ViewChange> all = changes.computeIfAbsent(m.view(), v -> new TreeMap<>());
    all.putIfAbsent(m.from(), m);
    if (m.view() > view && all.size() > F) {
      return changeTo(m.view()); // f + 1: an honest one is among them
    }
    boolean mine = m.view() == view && primary(view).equals(host.id());
    if (mine && all.size() > 2 * F && !accepted.containsKey(view)) {
      String op = choose(all.values());
      host.tellOthers(new NewView(host.id(), view, op, new ArrayList<>(all.values())));
      host.report(new Entered(view));
      return accept(host.id(), view, op);
    }
    return this;
  }

  /** What was prepared last, as it may have been executed; only if nothing was, any request. */
  protected String choose(Collection<ViewChange> because) {
    Prepared last = Prepared.last(because);
    return last.view() >= 0 ? last.op() : requests.first();
  }

  /** Others than the primary look whether it has chosen as it must. */
  private Behavior<PbftMsg> onNewView(NewView m) {
    long agree = m.because().stream().filter(c -> c.view() == m.view()).distinct().count();
    boolean right = m.from().equals(primary(m.view())) && agree > 2 * F;
    if (right && m.view() >= view && allows(Prepared.last(m.because()), m.op())) {
      view = m.view();
      waitForIt();
      return accept(m.from(), view, m.op());
    }
    return this;
  }

  protected boolean allows(Prepared last, String op) {
    return last.view() < 0 || last.op().equals(op);
  }
}

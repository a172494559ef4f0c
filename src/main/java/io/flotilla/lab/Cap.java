package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.CapMsg.*;
import java.time.Duration;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One bank balance on every node, and a network that may be cut (Gilbert and Lynch, "Brewer's
 * Conjecture", 2002). CP asks a majority and refuses where none answers: a register with many
 * writers (Attiya, Bar-Noy and Dolev, 1995; Lynch and Shvartsman, 1997). AP answers at once from
 * its own copy, and sends it on until the others have it.
 *
 * <p>Assumes that nodes don't crash; messages may be lost.
 */
public class Cap extends CapCopy {
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final boolean consistent;
  private final SortedMap<Integer, Operation> open = new TreeMap<>();
  private int operations;

  /** What a request waits for: first versions from a majority, then a majority that has stored. */
  private static final class Operation {
    private final Integer write;
    private final SortedSet<String> answers = new TreeSet<>();
    private Version newest = Version.NONE;
    private boolean storing;

    Operation(Integer write) {
      this.write = write;
    }
  }

  public static Behavior<CapMsg> create(Host<CapMsg> host, boolean consistent) {
    return Behaviors.withTimers(
        timers -> Behaviors.setup(ctx -> new Cap(ctx, host, timers, consistent)));
  }

  protected Cap(
      ActorContext<CapMsg> ctx,
      Host<CapMsg> host,
      TimerScheduler<CapMsg> timers,
      boolean consistent) {
    super(ctx, host, timers);
    this.consistent = consistent;
  }

  @Override
  public Receive<CapMsg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Write.class, m -> begin(m.balance()))
        .onMessage(Read.class, m -> begin(null))
        .onMessage(Query.class, m -> reply(m.from(), new Found(host.id(), m.op(), mine)))
        .onMessage(Found.class, m -> onFound(m.from(), m.op(), m.version()))
        .onMessage(Store.class, this::onStore)
        .onMessage(Stored.class, this::onStored)
        .onMessage(GiveUp.class, this::onGiveUp)
        .onMessage(Resend.class, m -> share())
        .build();
  }

  private Behavior<CapMsg> begin(Integer write) {
    int op = ++operations;
    host.report(new Asked(op, write));
    if (!consistent) {
      return answerAtOnce(op, write);
    }
    open.put(op, new Operation(write));
    timers.startSingleTimer(op, new GiveUp(op), PATIENCE);
    host.tellOthers(new Query(host.id(), op));
    return onFound(host.id(), op, mine);
  }

  private Behavior<CapMsg> answerAtOnce(int op, Integer write) {
    if (write != null) {
      keep(new Version(mine.number() + 1, host.id(), write));
      behind.addAll(host.others());
      share();
    }
    host.report(new Answered(op, mine.balance()));
    return this;
  }

  private Behavior<CapMsg> onFound(String from, int op, Version version) {
    Operation o = open.get(op);
    if (o == null || o.storing) {
      return this;
    }
    o.newest = Version.newer(o.newest, version);
    o.answers.add(from);
    if (o.answers.size() >= enough()) {
      o.storing = true;
      o.answers.clear();
      if (o.write != null) {
        o.newest = new Version(o.newest.number() + 1, host.id(), o.write);
      } else if (!readsWriteBack()) {
        return finish(op, o);
      }
      keep(Version.newer(mine, o.newest));
      host.tellOthers(new Store(host.id(), op, o.newest));
      return onStored(new Stored(host.id(), op, o.newest));
    }
    return this;
  }

  /** Any two majorities have a node in common, so what one has stored the other finds. */
  protected int enough() {
    return host.majority();
  }

  /** What a read has seen must not be gone for the next one. */
  protected boolean readsWriteBack() {
    return true;
  }

  private Behavior<CapMsg> onStored(Stored stored) {
    if (stored.version().equals(mine)) {
      behind.remove(stored.from());
    }
    Operation o = open.get(stored.op());
    if (o != null && o.storing && o.answers.add(stored.from()) && o.answers.size() >= enough()) {
      return finish(stored.op(), o);
    }
    return this;
  }

  private Behavior<CapMsg> finish(int op, Operation o) {
    open.remove(op);
    timers.cancel(op);
    host.report(new Answered(op, o.newest.balance()));
    return this;
  }

  private Behavior<CapMsg> onGiveUp(GiveUp late) {
    open.remove(late.op());
    host.report(new Refused(late.op()));
    return this;
  }
}

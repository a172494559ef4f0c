package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.CapMsg.*;
import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;

/** A node's copy of the balance, and how it reaches the nodes that are behind. */
abstract class CapCopy extends AbstractBehavior<CapMsg> {
  private static final Duration RESEND = Duration.ofMillis(100);

  final Host<CapMsg> host;
  final TimerScheduler<CapMsg> timers;
  final SortedSet<String> behind = new TreeSet<>();
  Version mine = Version.NONE;

  CapCopy(ActorContext<CapMsg> ctx, Host<CapMsg> host, TimerScheduler<CapMsg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  Behavior<CapMsg> share() {
    behind.forEach(n -> host.tell(n, new Store(host.id(), 0, mine)));
    if (!behind.isEmpty() && resends()) {
      timers.startSingleTimer(new Resend(), RESEND);
    }
    return this;
  }

  protected boolean resends() {
    return true;
  }

  Behavior<CapMsg> onStore(Store store) {
    keep(chosen(mine, store.version()));
    return reply(store.from(), new Stored(host.id(), store.op(), store.version()));
  }

  /** The newer one, whichever comes last. */
  protected Version chosen(Version old, Version arrived) {
    return Version.newer(old, arrived);
  }

  void keep(Version version) {
    mine = version;
    host.report(new Kept(mine.balance()));
  }

  Behavior<CapMsg> reply(String to, CapMsg message) {
    host.tell(to, message);
    return this;
  }

  @Override
  public String toString() {
    return mine.balance() + " (version " + mine.number() + mine.writer() + ")";
  }
}

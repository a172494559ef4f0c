package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.CentralLock.Acquire;
import io.flotilla.lab.CentralLock.Expired;
import io.flotilla.lab.CentralLock.Grant;
import io.flotilla.lab.CentralLock.Granted;
import io.flotilla.lab.CentralLock.LeaseOver;
import io.flotilla.lab.CentralLock.Msg;
import io.flotilla.lab.CentralLock.Release;
import java.util.ArrayDeque;
import java.util.Deque;

/** Grants the lock to one client at a time, each time under a greater token. */
class CentralLockCoordinator extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final Deque<String> queue = new ArrayDeque<>();
  private boolean held;
  protected long token;

  CentralLockCoordinator(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    this.token = lastToken(host.storage());
    if (token > 0) {
      // After a crash it is unknown whether the last lease was given back: wait until it is over.
      hold();
    }
  }

  /** The number must survive a crash, or old tokens would be given out again. */
  protected long lastToken(Storage storage) {
    return storage.read("token", Long.class).orElse(0L);
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Acquire.class, this::onAcquire)
        .onMessage(Release.class, m -> isHolders(m) ? free() : this)
        .onMessage(LeaseOver.class, this::onLeaseOver)
        .build();
  }

  private Behavior<Msg> onAcquire(Acquire acquire) {
    queue.add(acquire.client());
    return held ? this : grantNext();
  }

  /** A late release must not free the lock of the next holder. */
  protected boolean isHolders(Release release) {
    return held && release.token() == token;
  }

  private Behavior<Msg> onLeaseOver(LeaseOver over) {
    host.report(new Expired(over.token()));
    return free();
  }

  private Behavior<Msg> free() {
    held = false;
    timers.cancelAll();
    return queue.isEmpty() ? this : grantNext();
  }

  private Behavior<Msg> grantNext() {
    token = token + 1;
    host.storage().write("token", token);
    hold();
    String client = queue.poll();
    host.report(new Granted(client, token));
    host.tell(client, new Grant(token));
    return this;
  }

  private void hold() {
    held = true;
    timers.startSingleTimer("lease", new LeaseOver(token), CentralLock.LEASE);
  }

  @Override
  public String toString() {
    return (held ? "held under " + token : "free") + (queue.isEmpty() ? "" : ", queue " + queue);
  }
}

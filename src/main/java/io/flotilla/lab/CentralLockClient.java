package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.CentralLock.Acquire;
import io.flotilla.lab.CentralLock.Grant;
import io.flotilla.lab.CentralLock.Msg;
import io.flotilla.lab.CentralLock.Release;
import io.flotilla.lab.CentralLock.Released;
import io.flotilla.lab.CentralLock.Want;
import io.flotilla.lab.CentralLock.Worked;
import io.flotilla.lab.CentralLock.Write;

/** Acquires, works, writes, releases. */
class CentralLockClient extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;

  CentralLockClient(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Want.class, want -> onWant())
        .onMessage(Grant.class, this::onGrant)
        .onMessage(Worked.class, this::onWorked)
        .build();
  }

  private Behavior<Msg> onWant() {
    host.tell("lock", new Acquire(host.id()));
    return this;
  }

  private Behavior<Msg> onGrant(Grant grant) {
    timers.startSingleTimer(grant, new Worked(grant.token()), CentralLock.WORK);
    return this;
  }

  private Behavior<Msg> onWorked(Worked worked) {
    host.tell("store", new Write(host.id(), worked.token()));
    host.report(new Released(worked.token()));
    host.tell("lock", new Release(host.id(), worked.token()));
    return this;
  }
}

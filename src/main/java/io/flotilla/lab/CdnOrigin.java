package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.Cdn.*;

/** Has the page, and purges the edge until that has confirmed it. */
class CdnOrigin extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private int version = 1;

  CdnOrigin(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Publish.class, m -> onPublish())
        .onMessage(Fetch.class, m -> onFetch(m.at()))
        .onMessage(Retry.class, m -> purge())
        .onMessage(Purged.class, this::onPurged)
        .build();
  }

  private Behavior<Msg> onPublish() {
    version++;
    host.report(new Published(version));
    return purge();
  }

  private Behavior<Msg> purge() {
    host.tell("edge", new Purge(version));
    timers.startSingleTimer(new Retry(), Cdn.RETRY);
    return this;
  }

  private Behavior<Msg> onFetch(long askedAt) {
    host.tell("edge", new Page(version, askedAt));
    return this;
  }

  private Behavior<Msg> onPurged(Purged purged) {
    if (purged.version() == version) {
      timers.cancelAll();
      host.report(new PurgeDone(version));
    }
    return this;
  }

  @Override
  public String toString() {
    return "version " + version;
  }
}

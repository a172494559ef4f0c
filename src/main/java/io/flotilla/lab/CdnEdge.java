package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.Cdn.*;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The cache. Of what it fetches it knows only when it asked, not when the origin answered. */
class CdnEdge extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final List<String> waiting = new ArrayList<>();
  private int cached;
  private long freshFrom;
  private int purged;

  CdnEdge(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Get.class, m -> onGet(m.user()))
        .onMessage(Page.class, this::onPage)
        .onMessage(Purge.class, m -> onPurge(m.version()))
        .onMessage(Retry.class, m -> ask())
        .build();
  }

  private long now() {
    return Duration.ofNanos(host.nanoTime()).toMillis();
  }

  private Behavior<Msg> onGet(String user) {
    if (cached > 0 && isFresh(freshFrom)) {
      freshFrom = afterHit(freshFrom, now());
      return serve(user);
    }
    waiting.add(user);
    if (fetches(waiting.size() - 1)) {
      host.report(new Fetches());
      return ask();
    }
    return this;
  }

  /** A page that is asked for often isn't fresher for it. */
  protected long afterHit(long freshFrom, long now) {
    return freshFrom;
  }

  /** One fetches, the others wait for it: a page that expires would else be fetched by all. */
  protected boolean fetches(int othersWaiting) {
    return othersWaiting == 0;
  }

  private Behavior<Msg> ask() {
    host.tell("origin", new Fetch(now()));
    timers.startSingleTimer(new Retry(), Cdn.RETRY);
    return this;
  }

  private Behavior<Msg> serve(String user) {
    host.report(new Served(user, cached));
    return this;
  }

  private Behavior<Msg> onPage(Page page) {
    if (waiting.isEmpty()) {
      return this; // the answer to an earlier question
    }
    if (isOld(page.version(), purged) || !isFresh(page.askedAt())) {
      return ask();
    }
    timers.cancelAll();
    cached = page.version();
    freshFrom = page.askedAt();
    host.report(new Fetched(cached));
    waiting.forEach(this::serve);
    waiting.clear();
    return this;
  }

  private boolean isFresh(long since) {
    return now() - since <= Cdn.TTL.toMillis();
  }

  /** A page that was under way when it was purged. */
  protected boolean isOld(int version, int purged) {
    return version < purged;
  }

  private Behavior<Msg> onPurge(int version) {
    purged = Math.max(purged, version);
    if (cached < purged) {
      cached = 0;
    }
    host.tell("origin", new Purged(version));
    return this;
  }

  @Override
  public String toString() {
    return (cached > 0 ? "version " + cached : "nothing") + ", waiting " + waiting;
  }
}

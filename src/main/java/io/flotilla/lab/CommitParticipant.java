package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.TwoPhaseCommit.*;

/** Has one place to give. Before its vote it is free; after a yes it waits. */
class CommitParticipant extends AbstractBehavior<Msg> {
  private static final String DISK = "place";

  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;

  CommitParticipant(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    if (place() == Place.PROMISED) {
      vote();
    }
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(SellOut.class, m -> onSellOut())
        .onMessage(Prepare.class, m -> onPrepare())
        .onMessage(Decision.class, m -> onDecision(m.commit()))
        .onMessage(Retry.class, m -> onRetry())
        .build();
  }

  Place place() {
    return host.storage().read(DISK, Place.class).orElse(Place.FREE);
  }

  void set(Place place) {
    host.storage().write(DISK, place);
  }

  private Behavior<Msg> onSellOut() {
    if (place() == Place.FREE) {
      set(Place.SOLD);
    }
    return this;
  }

  private Behavior<Msg> onPrepare() {
    if (place() == Place.FREE) {
      promise();
    } else if (place() == Place.SOLD) {
      host.report(new Decided(false)); // its own "no" is an answer that it needn't wait for
    }
    return place() == Place.BOOKED ? this : vote();
  }

  /** On disk before the vote leaves: a promise outlives a crash. */
  protected void promise() {
    set(Place.PROMISED);
  }

  private Behavior<Msg> vote() {
    host.report(new Voted(place() == Place.PROMISED));
    host.tell(TwoPhaseCommit.COORDINATOR, new Vote(host.id(), place() == Place.PROMISED));
    if (place() == Place.PROMISED) {
      timers.startSingleTimer(new Retry(), TwoPhaseCommit.RETRY);
    }
    return this;
  }

  /** Without a decision it says its vote again, which is also a question. */
  protected Behavior<Msg> onRetry() {
    return vote();
  }

  Behavior<Msg> onDecision(boolean commit) {
    if (place() == Place.PROMISED) {
      timers.cancelAll();
      host.report(new Decided(commit));
      set(commit ? Place.BOOKED : Place.FREE);
    }
    return this;
  }

  @Override
  public String toString() {
    return "" + place();
  }
}

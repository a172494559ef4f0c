package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.Saga.*;

/** Goes forward through the steps, and back if one fails. Its disk knows where it is. */
class SagaCoordinator extends AbstractBehavior<Msg> {
  private static final String DISK = "progress";

  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private Progress progress;
  private int tries;

  SagaCoordinator(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    progress = host.storage().read(DISK, Progress.class).orElse(null);
    if (progress != null) {
      act();
    }
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Begin.class, m -> begin())
        .onMessage(Booked.class, m -> isCurrent(m.from(), false) ? forward() : this)
        .onMessage(SoldOut.class, m -> isCurrent(m.from(), false) ? back() : this)
        .onMessage(Cancelled.class, m -> isCurrent(m.from(), true) ? back() : this)
        .onMessage(Retry.class, m -> retry())
        .build();
  }

  private Behavior<Msg> begin() {
    host.report(new Began());
    return goTo(0, false);
  }

  private boolean isCurrent(String node, boolean undoing) {
    return progress.undoing() == undoing && Saga.STEPS.indexOf(node) == progress.step();
  }

  private Behavior<Msg> forward() {
    return goTo(progress.step() + 1, false);
  }

  protected Behavior<Msg> back() {
    return goTo(progress.step() - 1, true);
  }

  private Behavior<Msg> retry() {
    return !progress.undoing() && ++tries == Saga.TRIES ? goTo(firstToUndo(), true) : act();
  }

  /** A step that didn't answer may have been done: it is undone as well. */
  protected int firstToUndo() {
    return progress.step();
  }

  Behavior<Msg> goTo(int step, boolean undoing) {
    tries = 0;
    progress = new Progress(step, undoing);
    host.storage().write(DISK, progress);
    return act();
  }

  private Behavior<Msg> act() {
    timers.cancelAll();
    if (progress.step() < 0 || progress.step() == Saga.STEPS.size()) {
      host.report(new Ended(!progress.undoing()));
      return this;
    }
    host.tell(Saga.STEPS.get(progress.step()), progress.undoing() ? new Cancel() : new Book());
    timers.startSingleTimer(new Retry(), Saga.RETRY);
    return this;
  }

  @Override
  public String toString() {
    return "" + progress;
  }
}

package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.TwoPhaseCommit.*;
import java.util.SortedSet;
import java.util.TreeSet;

/** Asks for the votes, and decides. The decision is made when it is on disk. */
class CommitCoordinator extends AbstractBehavior<Msg> {
  private static final String DISK = "outcome";

  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final SortedSet<String> yes = new TreeSet<>();

  CommitCoordinator(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
    super(ctx);
    this.host = host;
    this.timers = timers;
    if (outcome() == Outcome.OPEN) {
      decide(false); // the votes are forgotten, so nobody can have been told "commit"
    }
  }

  @Override
  public Receive<Msg> createReceive() {
    return newReceiveBuilder()
        .onMessage(Begin.class, m -> begin())
        .onMessage(Vote.class, this::onVote)
        .onMessage(Retry.class, m -> prepare())
        .onMessage(TooLong.class, m -> decide(onSilence()))
        .build();
  }

  private Outcome outcome() {
    return host.storage().read(DISK, Outcome.class).orElse(Outcome.NONE);
  }

  private Behavior<Msg> begin() {
    host.storage().write(DISK, Outcome.OPEN);
    timers.startSingleTimer(new TooLong(), TwoPhaseCommit.PATIENCE);
    return prepare();
  }

  private Behavior<Msg> prepare() {
    for (String participant : host.others()) {
      if (!yes.contains(participant)) {
        host.tell(participant, new Prepare());
      }
    }
    timers.startSingleTimer(new Retry(), TwoPhaseCommit.RETRY);
    return this;
  }

  private Behavior<Msg> onVote(Vote vote) {
    if (outcome() != Outcome.OPEN) {
      host.tell(vote.from(), new Decision(outcome() == Outcome.COMMIT));
      return this;
    }
    if (!vote.yes()) {
      return decide(false);
    }
    yes.add(vote.from());
    return isEnough(yes.size()) ? decide(true) : this;
  }

  /** All of them: one "no" may still be on its way. */
  protected boolean isEnough(int votes) {
    return votes == host.others().size();
  }

  /** A vote that doesn't come is taken for "no". */
  protected boolean onSilence() {
    return false;
  }

  private Behavior<Msg> decide(boolean commit) {
    timers.cancelAll();
    host.storage().write(DISK, commit ? Outcome.COMMIT : Outcome.ABORT);
    host.report(new Decided(commit));
    host.tellOthers(new Decision(commit));
    return this;
  }

  @Override
  public String toString() {
    return outcome() + ", yes from " + yes;
  }
}

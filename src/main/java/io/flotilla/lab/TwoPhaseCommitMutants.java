package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.TwoPhaseCommit.Msg;
import io.flotilla.lab.TwoPhaseCommit.Place;

/** Two-phase commit with one wrong rule each. */
public final class TwoPhaseCommitMutants {
  private TwoPhaseCommitMutants() {}

  /** A participant keeps its promise in memory only. */
  public static Behavior<Msg> forgetsItsVote(Host<Msg> host) {
    if (host.id().equals(TwoPhaseCommit.COORDINATOR)) {
      return TwoPhaseCommit.create(host);
    }
    return Nodes.timed(
        (ctx, timers) ->
            new CommitParticipant(ctx, host, timers) {
              private boolean promised;

              @Override
              protected void promise() {
                promised = true;
              }

              @Override
              Place place() {
                return promised ? Place.PROMISED : super.place();
              }

              @Override
              void set(Place place) {
                promised = false;
                super.set(place);
              }
            });
  }

  /** A participant that has waited long aborts alone. */
  public static Behavior<Msg> losesPatience(Host<Msg> host) {
    if (host.id().equals(TwoPhaseCommit.COORDINATOR)) {
      return TwoPhaseCommit.create(host);
    }
    return Nodes.timed(
        (ctx, timers) ->
            new CommitParticipant(ctx, host, timers) {
              @Override
              protected Behavior<Msg> onRetry() {
                return onDecision(false);
              }
            });
  }

  /** The coordinator counts itself, and takes a majority for enough. */
  public static Behavior<Msg> majorityIsEnough(Host<Msg> host) {
    if (!host.id().equals(TwoPhaseCommit.COORDINATOR)) {
      return TwoPhaseCommit.create(host);
    }
    return Nodes.timed(
        (ctx, timers) ->
            new CommitCoordinator(ctx, host, timers) {
              @Override
              protected boolean isEnough(int votes) {
                return votes + 1 >= host.majority();
              }
            });
  }

  /** A vote that doesn't come is taken for "yes". */
  public static Behavior<Msg> silenceIsYes(Host<Msg> host) {
    if (!host.id().equals(TwoPhaseCommit.COORDINATOR)) {
      return TwoPhaseCommit.create(host);
    }
    return Nodes.timed(
        (ctx, timers) ->
            new CommitCoordinator(ctx, host, timers) {
              @Override
              protected boolean onSilence() {
                return true;
              }
            });
  }
}

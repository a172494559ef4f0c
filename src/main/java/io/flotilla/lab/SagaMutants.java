package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.Saga.Msg;
import io.flotilla.lab.Saga.Place;

/** The saga with one wrong rule each. */
public final class SagaMutants {
  private SagaMutants() {}

  /** A step that fails ends the saga; those before it stay done. */
  public static Behavior<Msg> noCompensation(Host<Msg> host) {
    if (!host.id().equals(Saga.COORDINATOR)) {
      return Saga.create(host);
    }
    return Nodes.timed(
        (ctx, timers) ->
            new SagaCoordinator(ctx, host, timers) {
              @Override
              protected Behavior<Msg> back() {
                return goTo(-1, true);
              }
            });
  }

  /** A step that didn't answer is taken for not done. */
  public static Behavior<Msg> silenceIsNothing(Host<Msg> host) {
    if (!host.id().equals(Saga.COORDINATOR)) {
      return Saga.create(host);
    }
    return Nodes.timed(
        (ctx, timers) ->
            new SagaCoordinator(ctx, host, timers) {
              @Override
              protected int firstToUndo() {
                return super.firstToUndo() - 1;
              }
            });
  }

  /** Cancelling what was not booked leaves no trace. */
  public static Behavior<Msg> lateBookingCounts(Host<Msg> host) {
    if (host.id().equals(Saga.COORDINATOR)) {
      return Saga.create(host);
    }
    return Nodes.timed(
        (ctx, timers) ->
            new SagaStep(ctx, host) {
              @Override
              protected Place afterCancelling(Place before) {
                return before == Place.TAKEN ? Place.CANCELLED : before;
              }
            });
  }
}

package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.MasterWorker.Msg;

/** Master and workers with one wrong rule each. */
public final class MasterWorkerMutants {
  private MasterWorkerMutants() {}

  /** A task that is overdue is not given to anybody else. */
  public static Behavior<Msg> waitsForever(Host<Msg> host) {
    if (!host.id().equals("master")) {
      return MasterWorker.create(host);
    }
    return Nodes.timed(
        (ctx, timers) ->
            new Master(ctx, host, timers) {
              @Override
              protected void giveUp(int frame) {
                // It will come.
              }
            });
  }

  /** Every result is added, also the second one of a task. */
  public static Behavior<Msg> countsTwice(Host<Msg> host) {
    if (!host.id().equals("master")) {
      return MasterWorker.create(host);
    }
    return Nodes.timed(
        (ctx, timers) ->
            new Master(ctx, host, timers) {
              @Override
              protected boolean isNew(int frame) {
                return true;
              }
            });
  }

  /** Any answer makes its worker free, and ends the wait for the task that it has now. */
  public static Behavior<Msg> anyAnswerFrees(Host<Msg> host) {
    if (!host.id().equals("master")) {
      return MasterWorker.create(host);
    }
    return Nodes.timed(
        (ctx, timers) ->
            new Master(ctx, host, timers) {
              @Override
              protected boolean isCurrent(int answered, int present) {
                return true;
              }
            });
  }
}

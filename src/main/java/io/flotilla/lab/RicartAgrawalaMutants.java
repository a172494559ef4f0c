package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.RicartAgrawala.Msg;

/** Ricart-Agrawala with one wrong rule each. */
public final class RicartAgrawalaMutants {
  private RicartAgrawalaMutants() {}

  /** The clock is not advanced by the clocks of others. */
  public static Behavior<Msg> clocksNotMerged(Host<Msg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new RicartAgrawala(ctx, host, timers) {
                      @Override
                      protected int highestAfter(int theirs) {
                        return highest;
                      }
                    }));
  }

  /** Compares with the clock's current value, which the request itself has just advanced. */
  public static Behavior<Msg> comparesTheCurrentClock(Host<Msg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new RicartAgrawala(ctx, host, timers) {
                      @Override
                      protected boolean isOlder(String from, int theirs) {
                        return goesFirst(highest, from, theirs);
                      }
                    }));
  }

  /** Any OK counts, whichever request it answers. */
  public static Behavior<Msg> untaggedOk(Host<Msg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new RicartAgrawala(ctx, host, timers) {
                      @Override
                      protected boolean isForThisRequest(RicartAgrawala.Ok ok) {
                        return true;
                      }
                    }));
  }
}

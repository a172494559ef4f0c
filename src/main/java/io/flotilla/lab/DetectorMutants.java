package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.Detector.Msg;
import io.flotilla.lab.Detector.Rule;

/** The failure detector with one wrong rule each. */
public final class DetectorMutants {
  private DetectorMutants() {}

  /** Who was suspected once stays suspected. */
  public static Behavior<Msg> neverForgives(Host<Msg> host, Rule rule) {
    return Nodes.timed(
        (ctx, timers) ->
            new Detector(ctx, host, timers, rule) {
              @Override
              protected boolean forgives() {
                return false;
              }
            });
  }

  /** Who was never heard is not watched, and so never missed. */
  public static Behavior<Msg> missesOnlyWhomItHeard(Host<Msg> host, Rule rule) {
    return Nodes.timed(
        (ctx, timers) ->
            new Detector(ctx, host, timers, rule) {
              @Override
              protected void watchFromTheStart() {
                // The first heartbeat begins it.
              }
            });
  }
}

package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Flooding.Msg;

/** Flooding with one wrong rule each. */
public final class FloodingMutants {
  private FloodingMutants() {}

  /** A query keeps its hops, and goes through the whole network. */
  public static Behavior<Msg> noTtl(Host<Msg> host) {
    return Behaviors.setup(
        ctx ->
            new Flooding(ctx, host) {
              @Override
              protected int after(int hopsLeft) {
                return hopsLeft;
              }
            });
  }

  /** Only the first copy goes on, although it may have come the long way. */
  public static Behavior<Msg> firstCopyOnly(Host<Msg> host) {
    return Behaviors.setup(
        ctx ->
            new Flooding(ctx, host) {
              @Override
              protected boolean isWorthwhile(int hopsLeft, int before) {
                return before < 0;
              }
            });
  }

  /** Every copy goes on. */
  public static Behavior<Msg> noMemory(Host<Msg> host) {
    return Behaviors.setup(
        ctx ->
            new Flooding(ctx, host) {
              @Override
              protected boolean isWorthwhile(int hopsLeft, int before) {
                return true;
              }
            });
  }
}

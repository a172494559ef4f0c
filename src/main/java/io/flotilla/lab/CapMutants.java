package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.CapMsg.Version;

/** The bank's balance with one wrong rule each. */
public final class CapMutants {
  private CapMutants() {}

  /** The node itself counts as enough. */
  public static Behavior<CapMsg> oneIsEnough(Host<CapMsg> host, boolean consistent) {
    return Nodes.timed(
        (ctx, timers) ->
            new Cap(ctx, host, timers, consistent) {
              @Override
              protected int enough() {
                return 1;
              }
            });
  }

  /** A read answers without storing what it saw. */
  public static Behavior<CapMsg> readsForget(Host<CapMsg> host, boolean consistent) {
    return Nodes.timed(
        (ctx, timers) ->
            new Cap(ctx, host, timers, consistent) {
              @Override
              protected boolean readsWriteBack() {
                return false;
              }
            });
  }

  /** What arrives last is kept, however old. */
  public static Behavior<CapMsg> lastArrivalWins(Host<CapMsg> host, boolean consistent) {
    return Nodes.timed(
        (ctx, timers) ->
            new Cap(ctx, host, timers, consistent) {
              @Override
              protected Version chosen(Version old, Version arrived) {
                return arrived;
              }
            });
  }

  /** What the cut swallowed is not sent again. */
  public static Behavior<CapMsg> sharesOnce(Host<CapMsg> host, boolean consistent) {
    return Nodes.timed(
        (ctx, timers) ->
            new Cap(ctx, host, timers, consistent) {
              @Override
              protected boolean resends() {
                return false;
              }
            });
  }
}

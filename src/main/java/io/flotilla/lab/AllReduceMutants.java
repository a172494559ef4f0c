package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.AllReduce.Msg;

/** The ring with one wrong rule each. */
public final class AllReduceMutants {
  private AllReduceMutants() {}

  /** The sums are there after one lap, but each on one node only. */
  public static Behavior<Msg> oneLap(Host<Msg> host) {
    return Behaviors.setup(
        ctx ->
            new AllReduce(ctx, host) {
              @Override
              protected int steps(int nodes) {
                return nodes - 1;
              }
            });
  }

  /** Adds in the second lap as well. */
  public static Behavior<Msg> alwaysAdds(Host<Msg> host) {
    return Behaviors.setup(
        ctx ->
            new AllReduce(ctx, host) {
              @Override
              protected int merge(boolean collecting, int own, int coming) {
                return own + coming;
              }
            });
  }

  /** Passes on what came, without its own part. */
  public static Behavior<Msg> neverAdds(Host<Msg> host) {
    return Behaviors.setup(
        ctx ->
            new AllReduce(ctx, host) {
              @Override
              protected int merge(boolean collecting, int own, int coming) {
                return coming;
              }
            });
  }
}

package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.util.List;

/** Vector clocks with one wrong rule each. */
public final class VectorMutants {
  private VectorMutants() {}

  /** Sending is not counted: [1,0,0] for A's event and [1,0,0] again for A's message. */
  public static Behavior<VectorClocks.Msg> noTickOnSend(Host<VectorClocks.Msg> host) {
    return Behaviors.setup(
        ctx ->
            new VectorClocks(ctx, host) {
              @Override
              protected List<Integer> tickOnSend(List<Integer> own, int me) {
                return own;
              }
            });
  }

  /** The receiver also counts in the sender's entry: A's entry grows at B. */
  public static Behavior<VectorClocks.Msg> ticksTheSendersEntry(Host<VectorClocks.Msg> host) {
    return Behaviors.setup(
        ctx ->
            new VectorClocks(ctx, host) {
              @Override
              protected List<Integer> tickOnReceipt(List<Integer> merged, int me, int sender) {
                return tick(tick(merged, me), sender);
              }
            });
  }

  /** The receiver only merges. */
  public static Behavior<VectorClocks.Msg> noTickOnReceipt(Host<VectorClocks.Msg> host) {
    return Behaviors.setup(
        ctx ->
            new VectorClocks(ctx, host) {
              @Override
              protected List<Integer> tickOnReceipt(List<Integer> merged, int me, int sender) {
                return List.copyOf(merged);
              }
            });
  }
}

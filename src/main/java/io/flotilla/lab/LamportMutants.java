package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;

/** Lamport clocks with one wrong rule each. */
public final class LamportMutants {
  private LamportMutants() {}

  /** The receiver counts on without regard to the message. */
  public static Behavior<LamportClocks.Msg> ignoresTheMessage(Host<LamportClocks.Msg> host) {
    return Behaviors.setup(
        ctx ->
            new LamportClocks(ctx, host) {
              @Override
              protected int onReceipt(int own, int theirs) {
                return own + 1;
              }
            });
  }

  /** The receiver adopts the greater number, but forgets that receiving is an event as well. */
  public static Behavior<LamportClocks.Msg> noTickOnReceipt(Host<LamportClocks.Msg> host) {
    return Behaviors.setup(
        ctx ->
            new LamportClocks(ctx, host) {
              @Override
              protected int onReceipt(int own, int theirs) {
                return Math.max(own, theirs);
              }
            });
  }

  /** Sending is not counted as an event. */
  public static Behavior<LamportClocks.Msg> noTickOnSend(Host<LamportClocks.Msg> host) {
    return Behaviors.setup(
        ctx ->
            new LamportClocks(ctx, host) {
              @Override
              protected int tickOnSend(int own) {
                return own;
              }
            });
  }
}

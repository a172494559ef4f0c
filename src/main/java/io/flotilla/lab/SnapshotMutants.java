package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Snapshot.Msg;

/** The snapshot with one wrong rule each. */
public final class SnapshotMutants {
  private SnapshotMutants() {}

  /** Each records its own account: what is on its way is nowhere. */
  public static Behavior<Msg> accountsOnly(Host<Msg> host) {
    return Behaviors.setup(
        ctx ->
            new SnapshotNode(ctx, host) {
              @Override
              protected boolean recordsChannels() {
                return false;
              }
            });
  }

  /** The account is recorded at the last marker: what came before it is there twice. */
  public static Behavior<Msg> recordsLate(Host<Msg> host) {
    return Behaviors.setup(
        ctx ->
            new SnapshotNode(ctx, host) {
              @Override
              protected int toRecord(int then, int now) {
                return now;
              }
            });
  }

  /** After the restart, what was sent before it still counts. */
  public static Behavior<Msg> oldMoneyCounts(Host<Msg> host) {
    return Behaviors.setup(
        ctx ->
            new SnapshotNode(ctx, host) {
              @Override
              protected boolean isBefore(int sent, int now) {
                return false;
              }
            });
  }
}

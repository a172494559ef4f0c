package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.ReplicationMsg.Mode;

/** Replication with one wrong rule each. */
public final class ReplicationMutants {
  private ReplicationMutants() {}

  /** One answer makes two of three: "a majority is enough". */
  public static Behavior<ReplicationMsg> majorityIsEnough(Host<ReplicationMsg> host, Mode mode) {
    return Nodes.timed(
        (ctx, timers) ->
            new Replication(ctx, host, timers, mode) {
              @Override
              protected boolean isEnough(int stillMissing) {
                return stillMissing < host.majority();
              }
            });
  }

  /** Lost messages are not sent again. */
  public static Behavior<ReplicationMsg> sendsOnce(Host<ReplicationMsg> host, Mode mode) {
    return Nodes.timed(
        (ctx, timers) ->
            new Replication(ctx, host, timers, mode) {
              @Override
              protected boolean resends() {
                return false;
              }
            });
  }

  /** A copy applies writes as they arrive. */
  public static Behavior<ReplicationMsg> anyOrder(Host<ReplicationMsg> host, Mode mode) {
    return Nodes.timed(
        (ctx, timers) ->
            new Replication(ctx, host, timers, mode) {
              @Override
              protected boolean isNext(int number, int have) {
                return true;
              }
            });
  }

  /** The bank's transfers are copied "later", as if they were audit logs. */
  public static Behavior<ReplicationMsg> nothingIsCritical(Host<ReplicationMsg> host, Mode mode) {
    return Nodes.timed(
        (ctx, timers) ->
            new Replication(ctx, host, timers, mode) {
              @Override
              protected boolean mustBeSafe(Mode mode, boolean critical) {
                return false;
              }
            });
  }
}

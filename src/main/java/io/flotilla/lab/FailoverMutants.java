package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.FailoverMsg.Has;
import java.util.Comparator;
import java.util.List;

/** The failover with one wrong rule each. */
public final class FailoverMutants {
  private FailoverMutants() {}

  /** Whichever copy is promoted leads at once, with what it has. */
  public static Behavior<FailoverMsg> anyCopyLeads(Host<FailoverMsg> host) {
    return Nodes.timed(
        (ctx, timers) ->
            new Failover(ctx, host, timers) {
              @Override
              protected boolean isEnough(int nodes) {
                return true;
              }
            });
  }

  /** A copy also takes what an older primary sends. */
  public static Behavior<FailoverMsg> noFence(Host<FailoverMsg> host) {
    return Nodes.timed(
        (ctx, timers) ->
            new Failover(ctx, host, timers) {
              @Override
              protected boolean isStale(int epoch, int fence) {
                return false;
              }
            });
  }

  /** The longest log wins, whoever wrote it. */
  public static Behavior<FailoverMsg> longestLog(Host<FailoverMsg> host) {
    return Nodes.timed(
        (ctx, timers) ->
            new Failover(ctx, host, timers) {
              @Override
              protected Has best(List<Has> all) {
                return all.stream().max(Comparator.comparingInt(h -> h.log().size())).orElseThrow();
              }
            });
  }
}

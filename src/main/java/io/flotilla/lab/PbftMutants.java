package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.PbftMsg.Prepared;
import io.flotilla.lab.PbftMsg.ViewChange;
import java.util.Collection;
import java.util.List;

/** The honest replicas of PBFT with one wrong rule each. */
public final class PbftMutants {
  private PbftMutants() {}

  private static boolean isTraitor(Host<PbftMsg> host) {
    return host.id().equals(host.all().get(0));
  }

  /** 2f commits: one of them may be the traitor's, and the other one's own. */
  public static Behavior<PbftMsg> twoCommits(Host<PbftMsg> host) {
    return isTraitor(host)
        ? Pbft.create(host)
        : Nodes.timed(
            (ctx, timers) ->
                new Pbft(ctx, host, timers) {
                  @Override
                  protected boolean isCommitted(int commits) {
                    return commits >= 2 * F;
                  }
                });
  }

  /** The primary's word is enough: nobody waits for the others' prepares. */
  public static Behavior<PbftMsg> noPrepares(Host<PbftMsg> host) {
    return isTraitor(host)
        ? Pbft.create(host)
        : Nodes.timed(
            (ctx, timers) ->
                new Pbft(ctx, host, timers) {
                  @Override
                  protected boolean isPrepared(int prepares) {
                    return true;
                  }
                });
  }

  /** A new primary begins anew, whatever had been prepared. */
  public static Behavior<PbftMsg> newViewForgets(Host<PbftMsg> host) {
    return isTraitor(host)
        ? Pbft.create(host)
        : Nodes.timed(
            (ctx, timers) ->
                new Pbft(ctx, host, timers) {
                  @Override
                  protected String choose(Collection<ViewChange> because) {
                    return super.choose(List.of());
                  }

                  @Override
                  protected boolean allows(Prepared last, String op) {
                    return true;
                  }
                });
  }
}

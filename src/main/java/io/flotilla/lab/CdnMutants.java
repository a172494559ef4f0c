package io.flotilla.lab;

import akka.actor.typed.Behavior;
import io.flotilla.lab.Cdn.Msg;

/** The edge with one wrong rule each. */
public final class CdnMutants {
  private CdnMutants() {}

  /** Whoever finds nothing in the cache fetches. */
  public static Behavior<Msg> everybodyFetches(Host<Msg> host) {
    return host.id().equals("origin")
        ? Cdn.create(host)
        : Nodes.timed(
            (ctx, timers) ->
                new CdnEdge(ctx, host, timers) {
                  @Override
                  protected boolean fetches(int othersWaiting) {
                    return true;
                  }
                });
  }

  /** A purge empties the cache, and what is under way fills it again. */
  public static Behavior<Msg> purgeMissesTheFlight(Host<Msg> host) {
    return host.id().equals("origin")
        ? Cdn.create(host)
        : Nodes.timed(
            (ctx, timers) ->
                new CdnEdge(ctx, host, timers) {
                  @Override
                  protected boolean isOld(int version, int purged) {
                    return false;
                  }
                });
  }

  /** Each hit renews the time to live. */
  public static Behavior<Msg> hitsRenew(Host<Msg> host) {
    return host.id().equals("origin")
        ? Cdn.create(host)
        : Nodes.timed(
            (ctx, timers) ->
                new CdnEdge(ctx, host, timers) {
                  @Override
                  protected long afterHit(long freshFrom, long now) {
                    return now;
                  }
                });
  }
}

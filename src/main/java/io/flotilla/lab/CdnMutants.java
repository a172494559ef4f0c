package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.Cdn.Msg;
import java.util.function.BiFunction;

/** The edge with one wrong rule each. */
public final class CdnMutants {
  private CdnMutants() {}

  private static Behavior<Msg> edge(
      Host<Msg> host, BiFunction<ActorContext<Msg>, TimerScheduler<Msg>, Behavior<Msg>> wrong) {
    return host.id().equals("origin") ? Cdn.create(host) : Nodes.timed(wrong);
  }

  /** Whoever finds nothing in the cache fetches. */
  public static Behavior<Msg> everybodyFetches(Host<Msg> host) {
    return edge(
        host,
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
    return edge(
        host,
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
    return edge(
        host,
        (ctx, timers) ->
            new CdnEdge(ctx, host, timers) {
              @Override
              protected long afterHit(long freshFrom, long now) {
                return now;
              }
            });
  }
}

package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.ConsistencyLevels.Level;
import io.flotilla.lab.ConsistencyLevels.Msg;
import java.util.function.BiFunction;

/** The levels of consistency with one wrong rule each. */
public final class ConsistencyMutants {
  private ConsistencyMutants() {}

  private static Behavior<Msg> copy(
      Host<Msg> host,
      Level level,
      BiFunction<ActorContext<Msg>, TimerScheduler<Msg>, Behavior<Msg>> wrong) {
    return host.isClient() ? ConsistencyLevels.create(host, level) : Nodes.timed(wrong);
  }

  private static Behavior<Msg> client(
      Host<Msg> host,
      Level level,
      BiFunction<ActorContext<Msg>, TimerScheduler<Msg>, Behavior<Msg>> wrong) {
    return host.isClient() ? Nodes.timed(wrong) : ConsistencyLevels.create(host, level);
  }

  /** A copy answers if it has heard from the primary lately: nothing will have changed since. */
  public static Behavior<Msg> lateIsNow(Host<Msg> host, Level level) {
    return copy(
        host,
        level,
        (ctx, timers) ->
            new ConsistencyCopy(ctx, host, timers, level) {
              @Override
              protected boolean mayAnswer(Level level, int seen, int number, long age) {
                return age <= ConsistencyLevels.PULL.toMillis();
              }
            });
  }

  /** A copy answers whatever it has, and asks nobody. */
  public static Behavior<Msg> asksNobody(Host<Msg> host, Level level) {
    return ConsistencyLevels.create(host, host.isClient() ? level : Level.EVENTUAL);
  }

  /** What the primary said counts as fresh when it arrives, however long it took. */
  public static Behavior<Msg> freshOnArrival(Host<Msg> host, Level level) {
    return copy(
        host,
        level,
        (ctx, timers) ->
            new ConsistencyCopy(ctx, host, timers, level) {
              @Override
              protected long validFrom(long asked, long arrived) {
                return arrived;
              }
            });
  }

  /** The client doesn't note what it has written. */
  public static Behavior<Msg> forgetsItsWrites(Host<Msg> host, Level level) {
    return client(
        host,
        level,
        (ctx, timers) ->
            new ConsistencyClient(ctx, host, timers) {
              @Override
              protected int nowSeen(int before, int answered, boolean write) {
                return write ? before : super.nowSeen(before, answered, false);
              }
            });
  }

  /** The client doesn't note what it has read. */
  public static Behavior<Msg> forgetsItsReads(Host<Msg> host, Level level) {
    return client(
        host,
        level,
        (ctx, timers) ->
            new ConsistencyClient(ctx, host, timers) {
              @Override
              protected int nowSeen(int before, int answered, boolean write) {
                return write ? super.nowSeen(before, answered, true) : before;
              }
            });
  }

  /** A copy keeps what arrives last. */
  public static Behavior<Msg> lastArrivalWins(Host<Msg> host, Level level) {
    return copy(
        host,
        level,
        (ctx, timers) ->
            new ConsistencyCopy(ctx, host, timers, level) {
              @Override
              protected boolean isNews(int number, int have) {
                return true;
              }
            });
  }

  /** A copy keeps the first that it gets. */
  public static Behavior<Msg> firstArrivalStays(Host<Msg> host, Level level) {
    return copy(
        host,
        level,
        (ctx, timers) ->
            new ConsistencyCopy(ctx, host, timers, level) {
              @Override
              protected boolean isNews(int number, int have) {
                return have == 0;
              }
            });
  }
}

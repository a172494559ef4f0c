package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import java.util.function.BiFunction;

/** How a node is made that has timers: an algorithm's own, or a mutant's. */
final class Nodes {
  private Nodes() {}

  static <M> Behavior<M> timed(BiFunction<ActorContext<M>, TimerScheduler<M>, Behavior<M>> node) {
    return Behaviors.withTimers(timers -> Behaviors.setup(ctx -> node.apply(ctx, timers)));
  }
}

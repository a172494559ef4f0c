package io.flotilla.lab.sim;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.PreRestart;
import akka.actor.typed.Signal;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;

/**
 * Wraps a node's behavior: restarts it when the node recovers, shows what timers send it, catches
 * what it throws, and gives its state as text.
 */
final class Harness extends BehaviorInterceptor<Object, Object> {
  /** Sent to a node that recovers. */
  static final Object REBOOT = new Object();

  private static final class Rebooted extends RuntimeException {
    private Rebooted() {
      super("rebooted", null, false, false);
    }
  }

  private final World<?> world;
  private final int node;
  private Behavior<Object> behavior;

  private Harness(World<?> world, int node) {
    super(Object.class);
    this.world = world;
    this.node = node;
  }

  /** The behavior under a supervisor that restarts it after each crash. */
  @SuppressWarnings("unchecked")
  static <M> Behavior<M> around(World<?> world, int node, Behavior<M> behavior) {
    Behavior<Object> watched =
        Behaviors.intercept(
            () -> {
              Harness harness = new Harness(world, node);
              world.watch(node, harness);
              return harness;
            },
            (Behavior<Object>) behavior);
    return (Behavior<M>)
        Behaviors.supervise(watched)
            .onFailure(
                Rebooted.class,
                SupervisorStrategy.restart().withLoggingEnabled(false).withStopChildren(true));
  }

  @Override
  public Behavior<Object> aroundStart(
      TypedActorContext<Object> ctx, PreStartTarget<Object> target) {
    try {
      behavior = target.start(ctx);
    } catch (RuntimeException e) {
      world.failed(node, e);
      behavior = Behaviors.stopped();
    }
    return behavior;
  }

  @Override
  public Behavior<Object> aroundReceive(
      TypedActorContext<Object> ctx, Object message, ReceiveTarget<Object> target) {
    if (message == REBOOT) {
      throw new Rebooted();
    }
    world.arrived(node, message);
    try {
      Behavior<Object> next = target.apply(ctx, message);
      if (next != Behaviors.same() && next != Behaviors.unhandled()) {
        behavior = next;
      }
      return next;
    } catch (RuntimeException e) {
      world.failed(node, e);
      return Behaviors.same();
    }
  }

  @Override
  public Behavior<Object> aroundSignal(
      TypedActorContext<Object> ctx, Signal signal, SignalTarget<Object> target) {
    // A crashed process gets no chance to say goodbye.
    return signal instanceof PreRestart ? Behaviors.same() : target.apply(ctx, signal);
  }

  /** A behavior that wants its state seen overrides {@code toString}. */
  String state() {
    try {
      String text = behavior.toString();
      return text.startsWith(behavior.getClass().getName()) || text.contains("Behavior(")
          ? ""
          : text;
    } catch (RuntimeException e) {
      return "";
    }
  }

  @Override
  public boolean isSame(BehaviorInterceptor<Object, Object> other) {
    return other == this;
  }
}

package io.flotilla.lab.sim;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import com.typesafe.config.ConfigFactory;
import io.flotilla.lab.Report;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * An ActorSystem without threads of its own, in which runs follow one another. Only the thread that
 * created it may use it.
 */
public final class Simulation implements AutoCloseable {
  private final ActorSystem<Void> system;
  private final Kernel kernel;
  private ActorRef<Consumer<ActorContext<?>>> world;
  private ActorRef<Report> reports;

  /** How a run ended. */
  public enum End {
    /** Nothing was left to happen, or the horizon was reached. */
    QUIET,
    /** More would have happened, but the scenario's limit of steps or timers was reached. */
    LIMIT,
    /** The caller ended it. */
    STOPPED,
    /** A node's code threw. */
    FAILED
  }

  /**
   * The result of a run.
   *
   * @param steps how many choices were taken
   * @param options what could have come next
   * @param state tells states of the nodes and the network apart
   */
  public record Ended(End end, int steps, Options options, Fingerprint state) {}

  public Simulation() {
    this.system =
        ActorSystem.create(
            Behaviors.setup(this::guardian),
            "lab",
            ConfigFactory.parseResources(Simulation.class.getClassLoader(), "lab/sim.conf")
                .withFallback(ConfigFactory.defaultReference(Simulation.class.getClassLoader())));
    this.kernel = ((SimScheduler) Adapter.toClassic(system).scheduler()).kernel();
    kernel.started();
    if (world == null) {
      throw new IllegalStateException("The simulated actor system did not start.");
    }
  }

  private Behavior<Void> guardian(ActorContext<Void> ctx) {
    world = ctx.spawn(Behaviors.setup(Director::new), "world");
    reports = ctx.spawn(Behaviors.ignore(), "reports");
    return Behaviors.empty();
  }

  /** The parent of all nodes: runs in its own context what it is sent. */
  private static final class Director extends AbstractBehavior<Consumer<ActorContext<?>>> {
    Director(ActorContext<Consumer<ActorContext<?>>> ctx) {
      super(ctx);
    }

    @Override
    public Receive<Consumer<ActorContext<?>>> createReceive() {
      return newReceiveBuilder().onAnyMessage(this::onTask).build();
    }

    private Behavior<Consumer<ActorContext<?>>> onTask(Consumer<ActorContext<?>> task) {
      task.accept(getContext());
      return this;
    }
  }

  /** What a run needs besides its scenario. */
  public record Request(
      long seed,
      Chooser chooser,
      Consumer<SimEvent> listener,
      BooleanSupplier enough,
      boolean states) {

    /** A run by a chooser; {@code seed} feeds the nodes' own dice. */
    public static Request of(long seed, Chooser chooser, Consumer<SimEvent> listener) {
      return new Request(seed, chooser, listener, () -> false, false);
    }

    /** Ends the run as soon as this returns true. */
    public Request until(BooleanSupplier seenEnough) {
      return new Request(seed, chooser, listener, seenEnough, states);
    }

    /** Also reports every node's state after each step. */
    public Request withStates() {
      return new Request(seed, chooser, listener, enough, true);
    }
  }

  /** Runs the scenario from its start to its end. */
  public <M> Ended run(Scenario<M> scenario, Request request) {
    if (kernel.world() != null) {
      throw new IllegalStateException("A run is in progress.");
    }
    World<M> run = new World<>(scenario, kernel, request.seed(), request.listener());
    kernel.enter(run);
    try {
      world.tell(ctx -> run.spawn(ctx, reports));
      kernel.drain();
      return loop(run, scenario.limits().steps(), request);
    } finally {
      kernel.leave();
      world.tell(ctx -> ctx.getChildren().forEach(child -> stop(ctx, child)));
      kernel.drain();
    }
  }

  private static void stop(ActorContext<?> ctx, ActorRef<Void> child) {
    ctx.stop(child);
  }

  private static Ended loop(World<?> run, int mostSteps, Request request) {
    while (true) {
      if (request.states()) {
        run.tellStates();
      }
      Options options = run.options();
      if (run.failure() != null) {
        return ended(run, End.FAILED, options);
      }
      if (request.enough().getAsBoolean()) {
        return ended(run, End.STOPPED, options);
      }
      if (run.step() >= mostSteps) {
        return ended(run, atRest(run, options) ? End.QUIET : End.LIMIT, options);
      }
      Optional<Choice> choice = request.chooser().next(options);
      if (choice.isEmpty()) {
        End end = atRest(run, options) ? End.QUIET : End.LIMIT;
        return ended(run, options.quiet() ? end : End.STOPPED, options);
      }
      run.perform(choice.get());
    }
  }

  private static boolean atRest(World<?> run, Options options) {
    return options.quiet() && !run.timers().isSpent();
  }

  private static Ended ended(World<?> run, End end, Options options) {
    Fingerprint state = new Fingerprint();
    run.fingerprint(state);
    return new Ended(end, run.step(), options, state);
  }

  /** Stops the actor system; no thread is left, because there was none. */
  @Override
  public void close() {
    system.terminate();
    kernel.drain();
  }
}

package io.flotilla.lab;

import akka.actor.typed.Behavior;
import java.time.Duration;
import java.util.List;

/**
 * A saga (Garcia-Molina and Salem, 1987). A long transaction is a row of short ones, each of which
 * is final and can be undone by another: book the flight, the hotel, the car; if one can't be had,
 * cancel those before it. Nobody ever waits for a decision, but others see the places that are
 * taken and then given back.
 *
 * <p>Assumes that every node comes back some day, with its disk, and that a step can be undone.
 */
public final class Saga {
  /** The name of the node that goes through the steps. */
  public static final String COORDINATOR = "trip";

  /** The nodes that do a step each, in order. */
  public static final List<String> STEPS = List.of("flight", "hotel", "car");

  static final Duration RETRY = Duration.ofMillis(50);

  /** How often a step is asked for; then it counts as failed, although it may have been done. */
  static final int TRIES = 4;

  private Saga() {}

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside, to the coordinator. */
  public record Begin() implements Msg {}

  /** From outside, to a step's node: somebody else takes the last place, if it is free. */
  public record SellOut() implements Msg {}

  public record Book() implements Msg {}

  public record Booked(String from) implements Msg {}

  public record SoldOut(String from) implements Msg {}

  public record Cancel() implements Msg {}

  public record Cancelled(String from) implements Msg {}

  record Retry() implements Msg {}

  public record Began() implements Event {}

  public record Took() implements Event {}

  public record GaveBack() implements Event {}

  /** Nothing is left to do: all steps are done, or all undone. */
  public record Ended(boolean done) implements Event {}

  /** What the coordinator's disk says: the step that is being done or undone. */
  record Progress(int step, boolean undoing) {}

  /** What the disk of a step's node says of its last place. */
  enum Place {
    FREE,
    TAKEN,
    CANCELLED,
    SOLD
  }

  /** The behavior of a node by its name. */
  public static Behavior<Msg> create(Host<Msg> host) {
    return host.id().equals(COORDINATOR)
        ? Nodes.timed((ctx, timers) -> new SagaCoordinator(ctx, host, timers))
        : Nodes.timed((ctx, timers) -> new SagaStep(ctx, host));
  }
}

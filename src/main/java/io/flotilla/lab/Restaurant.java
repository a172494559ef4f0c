package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;

/**
 * The classic first example of actors: customers order from a waiter, who has the kitchen cook.
 * Three rules make it correct. Every message names its order, because dishes are not ready in the
 * order in which they were requested. An actor that wants something asks again until it has it,
 * because Akka delivers at most once (Akka's documentation, "Message Delivery Reliability"): an
 * inbox keeps what arrives, but can't promise that anything does. And an actor that is asked twice
 * does the work once.
 */
public final class Restaurant {
  /** How long a customer waits before asking again; longer than the slowest dish takes. */
  static final Duration PATIENCE = Duration.ofMillis(100);

  private Restaurant() {}

  /** The messages in the restaurant; each names its order. */
  public sealed interface Msg {}

  /** From outside: makes a customer hungry for a dish. */
  public record Hungry(String order, String dish) implements Msg {}

  public record Order(String customer, String order, String dish) implements Msg {}

  public record Cook(String order, String dish) implements Msg {}

  public record Cooked(String order, String dish) implements Msg {}

  public record Served(String order, String dish) implements Msg {}

  record StillHungry(String order) implements Msg {}

  record OvenRings(String order) implements Msg {}

  public record Ordered(String order, String dish) implements Event {}

  public record Ate(String order, String dish) implements Event {}

  public record PutInOven(String order) implements Event {}

  /** The behavior of a node by its name: the waiter, the kitchen, or else a customer. */
  public static Behavior<Msg> create(Host<Msg> host) {
    return switch (host.id()) {
      case "waiter" -> Behaviors.setup(ctx -> new RestaurantWaiter(ctx, host));
      case "kitchen" -> kitchen(host);
      default -> customer(host);
    };
  }

  static Behavior<Msg> customer(Host<Msg> host) {
    return Behaviors.withTimers(t -> Behaviors.setup(ctx -> new RestaurantCustomer(ctx, host, t)));
  }

  static Behavior<Msg> kitchen(Host<Msg> host) {
    return Behaviors.withTimers(t -> Behaviors.setup(ctx -> new RestaurantKitchen(ctx, host, t)));
  }
}

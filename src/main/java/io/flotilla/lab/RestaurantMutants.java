package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Restaurant.Cooked;
import io.flotilla.lab.Restaurant.Msg;
import java.util.TreeMap;

/** The restaurant with one wrong rule each. */
public final class RestaurantMutants {
  private RestaurantMutants() {}

  /**
   * "Ready!" is just a Boolean: without an order's id, the waiter takes the dish to the customer
   * who has waited longest.
   */
  public static Behavior<Msg> replyWithoutId(Host<Msg> host) {
    if (!host.id().equals("waiter")) {
      return Restaurant.create(host);
    }
    return Behaviors.setup(
        ctx ->
            new RestaurantWaiter(ctx, host) {
              private final TreeMap<String, Boolean> answered = new TreeMap<>();

              @Override
              protected String orderOf(Cooked cooked) {
                String longestWaiting =
                    customers.keySet().stream()
                        .filter(order -> !answered.containsKey(order))
                        .findFirst()
                        .orElse(cooked.order());
                answered.put(longestWaiting, true);
                return longestWaiting;
              }
            });
  }

  /** "The inbox guarantees that messages arrive": the customer asks only once. */
  public static Behavior<Msg> asksOnce(Host<Msg> host) {
    if (host.id().equals("waiter") || host.id().equals("kitchen")) {
      return Restaurant.create(host);
    }
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new RestaurantCustomer(ctx, host, timers) {
                      @Override
                      protected boolean asksAgain() {
                        return false;
                      }
                    }));
  }

  /** The kitchen takes every repeated request for a new order. */
  public static Behavior<Msg> cooksTwice(Host<Msg> host) {
    if (!host.id().equals("kitchen")) {
      return Restaurant.create(host);
    }
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    new RestaurantKitchen(ctx, host, timers) {
                      @Override
                      protected boolean isKnown(String order) {
                        return false;
                      }
                    }));
  }
}

package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The classic first example of actors: customers order from a waiter, who has the kitchen cook.
 * Three rules make it right. Every message names the order it is about, because dishes are ready in
 * another order than they were asked for. Whoever wants something asks again until it has it,
 * because Akka delivers at most once (Akka's documentation, "Message Delivery Reliability"): an
 * inbox keeps what arrives, it can't promise that something does. And whoever is asked twice does
 * the work once.
 */
public final class Restaurant {
  /** How long a customer waits before asking again; more than the slowest dish and the way. */
  static final Duration PATIENCE = Duration.ofMillis(100);

  private Restaurant() {}

  /** All that is said in the restaurant; each names its order. */
  public sealed interface Msg {}

  /** From outside: be hungry for a dish. */
  public record Hungry(String order, String dish) implements Msg {}

  public record Order(String customer, String order, String dish) implements Msg {}

  public record Cook(String order, String dish) implements Msg {}

  public record Cooked(String order, String dish) implements Msg {}

  public record Served(String order, String dish) implements Msg {}

  private record StillHungry(String order) implements Msg {}

  private record OvenRings(String order) implements Msg {}

  public record Ordered(String order, String dish) implements Event {}

  public record Ate(String order, String dish) implements Event {}

  public record PutInOven(String order) implements Event {}

  /** The behavior for a node by its name: the waiter, the kitchen, or else a customer. */
  public static Behavior<Msg> create(Host<Msg> host) {
    return switch (host.id()) {
      case "waiter" -> Behaviors.setup(ctx -> new Waiter(ctx, host));
      case "kitchen" -> kitchen(host);
      default -> customer(host);
    };
  }

  static Behavior<Msg> customer(Host<Msg> host) {
    return Behaviors.withTimers(t -> Behaviors.setup(ctx -> new Customer(ctx, host, t)));
  }

  static Behavior<Msg> kitchen(Host<Msg> host) {
    return Behaviors.withTimers(t -> Behaviors.setup(ctx -> new Kitchen(ctx, host, t)));
  }

  /** Asks, and asks again. */
  static class Customer extends AbstractBehavior<Msg> {
    private final Host<Msg> host;
    private final TimerScheduler<Msg> timers;
    private final SortedMap<String, String> waitingFor = new TreeMap<>();

    Customer(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
      super(ctx);
      this.host = host;
      this.timers = timers;
    }

    @Override
    public Receive<Msg> createReceive() {
      return newReceiveBuilder()
          .onMessage(Hungry.class, this::onHungry)
          .onMessage(StillHungry.class, m -> ask(m.order()))
          .onMessage(Served.class, this::onServed)
          .build();
    }

    private Behavior<Msg> onHungry(Hungry hungry) {
      host.report(new Ordered(hungry.order(), hungry.dish()));
      waitingFor.put(hungry.order(), hungry.dish());
      return ask(hungry.order());
    }

    private Behavior<Msg> ask(String order) {
      host.tell("waiter", new Order(host.id(), order, waitingFor.get(order)));
      if (asksAgain()) {
        timers.startSingleTimer(order, new StillHungry(order), PATIENCE);
      }
      return this;
    }

    protected boolean asksAgain() {
      return true;
    }

    /** A second plate for an order already eaten is declined. */
    private Behavior<Msg> onServed(Served served) {
      if (waitingFor.remove(served.order()) != null) {
        timers.cancel(served.order());
        host.report(new Ate(served.order(), served.dish()));
      }
      return this;
    }

    @Override
    public String toString() {
      return waitingFor.isEmpty() ? "content" : "waiting for " + waitingFor;
    }
  }

  /** Remembers who ordered what, and asks the kitchen as often as it is asked itself. */
  static class Waiter extends AbstractBehavior<Msg> {
    private final Host<Msg> host;
    protected final Map<String, String> customers = new TreeMap<>();

    Waiter(ActorContext<Msg> ctx, Host<Msg> host) {
      super(ctx);
      this.host = host;
    }

    @Override
    public Receive<Msg> createReceive() {
      return newReceiveBuilder()
          .onMessage(Order.class, this::onOrder)
          .onMessage(Cooked.class, this::onCooked)
          .build();
    }

    private Behavior<Msg> onOrder(Order order) {
      customers.put(order.order(), order.customer());
      host.tell("kitchen", new Cook(order.order(), order.dish()));
      return this;
    }

    private Behavior<Msg> onCooked(Cooked cooked) {
      String order = orderOf(cooked);
      host.tell(customers.get(order), new Served(order, cooked.dish()));
      return this;
    }

    protected String orderOf(Cooked cooked) {
      return cooked.order();
    }

    @Override
    public String toString() {
      return "orders " + customers;
    }
  }

  /** Cooks each order once, and rings each time it is asked for a dish that is ready. */
  static class Kitchen extends AbstractBehavior<Msg> {
    private final Host<Msg> host;
    private final TimerScheduler<Msg> timers;
    private final SortedMap<String, String> dishes = new TreeMap<>();
    private final SortedMap<String, Boolean> ready = new TreeMap<>();

    Kitchen(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
      super(ctx);
      this.host = host;
      this.timers = timers;
    }

    @Override
    public Receive<Msg> createReceive() {
      return newReceiveBuilder()
          .onMessage(Cook.class, this::onCook)
          .onMessage(OvenRings.class, this::onReady)
          .build();
    }

    private Behavior<Msg> onCook(Cook cook) {
      if (!isKnown(cook.order())) {
        dishes.put(cook.order(), cook.dish());
        host.report(new PutInOven(cook.order()));
        Duration time = Duration.ofMillis(cook.dish().equals("pizza") ? 30 : 10);
        timers.startSingleTimer(cook.order(), new OvenRings(cook.order()), time);
      } else if (ready.containsKey(cook.order())) {
        host.tell("waiter", new Cooked(cook.order(), dishes.get(cook.order())));
      }
      return this;
    }

    protected boolean isKnown(String order) {
      return dishes.containsKey(order);
    }

    private Behavior<Msg> onReady(OvenRings rings) {
      ready.put(rings.order(), true);
      host.tell("waiter", new Cooked(rings.order(), dishes.get(rings.order())));
      return this;
    }

    @Override
    public String toString() {
      return "cooking " + dishes + ", ready " + ready.keySet();
    }
  }
}

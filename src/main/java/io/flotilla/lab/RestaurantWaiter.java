package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import io.flotilla.lab.Restaurant.Cook;
import io.flotilla.lab.Restaurant.Cooked;
import io.flotilla.lab.Restaurant.Msg;
import io.flotilla.lab.Restaurant.Order;
import io.flotilla.lab.Restaurant.Served;
import java.util.Map;
import java.util.TreeMap;

/** Remembers each customer's order, and asks the kitchen each time it is asked itself. */
class RestaurantWaiter extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  protected final Map<String, String> customers = new TreeMap<>();

  RestaurantWaiter(ActorContext<Msg> ctx, Host<Msg> host) {
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
    String customer = customers.get(order);
    // A waiter that has restarted doesn't know it; the customer will ask again.
    if (customer != null) {
      host.tell(customer, new Served(order, cooked.dish()));
    }
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

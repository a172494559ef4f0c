package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.Restaurant.Ate;
import io.flotilla.lab.Restaurant.Hungry;
import io.flotilla.lab.Restaurant.Msg;
import io.flotilla.lab.Restaurant.Order;
import io.flotilla.lab.Restaurant.Ordered;
import io.flotilla.lab.Restaurant.Served;
import io.flotilla.lab.Restaurant.StillHungry;
import java.util.SortedMap;
import java.util.TreeMap;

/** Orders, and asks again until served. */
class RestaurantCustomer extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final SortedMap<String, String> waitingFor = new TreeMap<>();

  RestaurantCustomer(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
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
      timers.startSingleTimer(order, new StillHungry(order), Restaurant.PATIENCE);
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

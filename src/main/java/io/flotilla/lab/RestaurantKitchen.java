package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.flotilla.lab.Restaurant.Cook;
import io.flotilla.lab.Restaurant.Cooked;
import io.flotilla.lab.Restaurant.Msg;
import io.flotilla.lab.Restaurant.OvenRings;
import io.flotilla.lab.Restaurant.PutInOven;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/** Cooks each order once, and rings each time it is asked for a dish that is ready. */
class RestaurantKitchen extends AbstractBehavior<Msg> {
  private final Host<Msg> host;
  private final TimerScheduler<Msg> timers;
  private final SortedMap<String, String> dishes = new TreeMap<>();
  private final SortedMap<String, Boolean> ready = new TreeMap<>();

  RestaurantKitchen(ActorContext<Msg> ctx, Host<Msg> host, TimerScheduler<Msg> timers) {
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

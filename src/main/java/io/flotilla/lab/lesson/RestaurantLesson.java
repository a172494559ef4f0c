package io.flotilla.lab.lesson;

import io.flotilla.lab.Restaurant;
import io.flotilla.lab.Restaurant.Ate;
import io.flotilla.lab.Restaurant.Hungry;
import io.flotilla.lab.Restaurant.Ordered;
import io.flotilla.lab.Restaurant.PutInOven;
import io.flotilla.lab.RestaurantMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The restaurant: every order is served once, to its own customer. */
final class RestaurantLesson {
  private RestaurantLesson() {}

  /**
   * @param ordered the dish of each order still open, by "customer order"
   * @param wrong what was eaten that was not ordered
   * @param cooked how often each order was put in the oven
   */
  private record Tables(
      SortedMap<String, String> ordered, String wrong, SortedMap<String, Integer> cooked) {
    static final Tables EMPTY = new Tables(new TreeMap<>(), "", new TreeMap<>());

    Tables after(SimEvent e) {
      if (e.payload() instanceof Ordered o) {
        return new Tables(Folds.plus(ordered, e.node() + " " + o.order(), o.dish()), wrong, cooked);
      }
      if (e.payload() instanceof Ate a) {
        String key = e.node() + " " + a.order();
        String bad =
            a.dish().equals(ordered.get(key))
                ? wrong
                : e.node() + " got " + a.dish() + " for order " + a.order();
        return new Tables(Folds.minus(ordered, key), bad, cooked);
      }
      if (e.payload() instanceof PutInOven p) {
        int times = cooked.getOrDefault(p.order(), 0) + 1;
        return new Tables(ordered, wrong, Folds.plus(cooked, p.order(), times));
      }
      return this;
    }
  }

  static Lesson<Restaurant.Msg> lesson() {
    String own = "everybody gets what they ordered";
    String all = "every order is served in the end";
    String once = "every order is cooked once";
    Faults faults = Faults.NONE.withDrops(1);
    Scenario<Restaurant.Msg> scenario =
        Scenario.of(List.of("alice", "bob", "waiter", "kitchen"), Restaurant::create)
            .with(faults)
            .timers(40)
            .ask("alice", new Hungry("1", "pizza"))
            .ask("bob", new Hungry("2", "salad"));
    return Lesson.of(
            "restaurant",
            "Actors: restaurant orders, with ids, retries and work done once",
            "Akka: Message Delivery Reliability",
            scenario,
            Property.always(
                own,
                Tables.EMPTY,
                Tables::after,
                t -> t.wrong().isEmpty() ? Optional.empty() : Optional.of(t.wrong())),
            Property.atEnd(
                all,
                Tables.EMPTY,
                Tables::after,
                t ->
                    t.ordered().isEmpty()
                        ? Optional.empty()
                        : Optional.of("still hungry: " + t.ordered())),
            Property.always(
                once,
                Tables.EMPTY,
                Tables::after,
                t ->
                    t.cooked().values().stream().allMatch(n -> n == 1)
                        ? Optional.empty()
                        : Optional.of("cooked " + t.cooked())),
            Property.sometimes("somebody eats", Ate.class, a -> true))
        .exploring(scenario.with(Faults.NONE).timers(2))
        .mutant(
            "no-order-id",
            "'ready' carries no order, so it goes to whoever has waited longest",
            RestaurantMutants::replyWithoutId,
            own)
        .mutant(
            "asks-once",
            "an inbox is trusted to guarantee arrival",
            RestaurantMutants::asksOnce,
            all)
        .mutant(
            "cooks-twice",
            "a repeated request is taken for a new order",
            RestaurantMutants::cooksTwice,
            once);
  }
}

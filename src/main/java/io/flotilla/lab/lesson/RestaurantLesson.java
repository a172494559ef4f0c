package io.flotilla.lab.lesson;

import io.flotilla.lab.Restaurant;
import io.flotilla.lab.Restaurant.Ate;
import io.flotilla.lab.Restaurant.Hungry;
import io.flotilla.lab.Restaurant.Ordered;
import io.flotilla.lab.Restaurant.PutInOven;
import io.flotilla.lab.RestaurantMutants;
import io.flotilla.lab.check.Property;
import io.flotilla.lab.sim.Choice.Kind;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Timing;
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
      SortedMap<String, String> ordered,
      String wrong,
      SortedMap<String, Integer> cooked,
      int ate,
      int lost) {
    static final Tables EMPTY = new Tables(new TreeMap<>(), "", new TreeMap<>(), 0, 0);

    Tables after(SimEvent e) {
      if (e.payload() instanceof Ordered o) {
        return new Tables(
            Folds.plus(ordered, e.node() + " " + o.order(), o.dish()), wrong, cooked, ate, lost);
      }
      if (e.payload() instanceof Ate a) {
        String key = e.node() + " " + a.order();
        String bad =
            a.dish().equals(ordered.get(key))
                ? wrong
                : e.node() + " got " + a.dish() + " for order " + a.order();
        return new Tables(Folds.minus(ordered, key), bad, cooked, ate + 1, lost);
      }
      if (e.payload() instanceof PutInOven p) {
        int times = cooked.getOrDefault(p.order(), 0) + 1;
        return new Tables(ordered, wrong, Folds.plus(cooked, p.order(), times), ate, lost);
      }
      if (e.kind() == SimEvent.Kind.SEND
          && e.payload() instanceof Restaurant.Order o
          && !ordered.containsKey(e.node() + " " + o.order())) {
        return new Tables(ordered, e.node() + " asks for what it has eaten", cooked, ate, lost);
      }
      return e.kind() == SimEvent.Kind.LOSE
          ? new Tables(ordered, wrong, cooked, ate, lost + 1)
          : this;
    }
  }

  static Lesson<Restaurant.Msg> lesson() {
    String own = "everybody gets what they ordered";
    String all = "every order is served in the end";
    String once = "every order is cooked once";
    Faults faults = Faults.parse("drop=2,dup=1,reorder");
    Scenario<Restaurant.Msg> scenario =
        Scenario.of(List.of("alice", "bob", "waiter", "kitchen"), Restaurant::create)
            .with(faults)
            .with(Timing.bounded(1, 40))
            .steps(1_000)
            .calmFrom(400, 1_200)
            .askAt(0, "alice", new Hungry("1", "pizza"))
            .askAt(0, "bob", new Hungry("2", "salad"))
            .askAt(50, "alice", new Hungry("3", "salad"))
            .askAt(150, "bob", new Hungry("4", "pizza"));
    Scenario<Restaurant.Msg> stage =
        Scenario.of(scenario.nodes(), Restaurant::create)
            .with(Faults.NONE.with(Kind.DROP, 1))
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
            Property.sometimes("somebody eats", Ate.class, a -> true),
            Property.sometimes(
                    "a lost message, and yet all four are served",
                    Tables.EMPTY,
                    Tables::after,
                    t -> t.lost() > 0 && t.ate() == 4 ? Optional.of("yes") : Optional.empty())
                .inAtLeast(50))
        .tolerating("drop,dup,reorder")
        .exploring(stage.with(Faults.NONE).timers(2))
        .showing(stage)
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

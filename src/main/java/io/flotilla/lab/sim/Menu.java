package io.flotilla.lab.sim;

import io.flotilla.lab.sim.Choice.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What may happen next. With bounded delays, time advances only as long as no message is late and
 * no timer overdue: whatever can happen before the earliest deadline may be next. In an
 * asynchronous world, every message and each node's next timer may.
 */
final class Menu {
  /**
   * Where time doesn't decide, messages come before timers, so that the natural run makes progress.
   */
  private record Dish(Choice choice, long earliest, long latest, long order) {}

  private static final Comparator<Dish> NATURAL =
      Comparator.comparingLong(Dish::earliest).thenComparingLong(Dish::order);
  private static final long AFTER_ALL_MESSAGES = 1L << 40;

  private final World<?> world;
  private final Scenario<?> scenario;
  private final List<String> nodes;
  private final int size;

  Menu(World<?> world, Scenario<?> scenario) {
    this.world = world;
    this.scenario = scenario;
    this.nodes = scenario.nodes();
    this.size = nodes.size();
  }

  Options options() {
    return new Options(normal(), faults());
  }

  private List<Choice> normal() {
    List<Dish> dishes = new ArrayList<>();
    for (int to = 0; to < size; to++) {
      if (!world.isPaused(to)) {
        for (int from = 0; from <= size; from++) {
          addMessages(dishes, from, to);
        }
        addTimer(dishes, to);
      }
    }
    long deadline = scenario.limits().horizon();
    for (Dish dish : dishes) {
      deadline = Math.min(deadline, dish.latest());
    }
    List<Dish> now = new ArrayList<>(dishes.size());
    for (Dish dish : dishes) {
      if (dish.earliest() <= deadline) {
        now.add(dish);
      }
    }
    now.sort(NATURAL);
    List<Choice> choices = new ArrayList<>(now.size());
    for (Dish dish : now) {
      choices.add(dish.choice());
    }
    return choices;
  }

  private void addMessages(List<Dish> dishes, int from, int to) {
    List<Flight> channel = world.network().channel(from, to);
    boolean outside = from == size;
    int reach =
        outside || !scenario.faults().reorder() ? Math.min(1, channel.size()) : channel.size();
    for (int i = 0; i < reach; i++) {
      Flight flight = channel.get(i);
      Choice choice =
          outside
              ? new Choice(Kind.STIMULUS, "", nodes.get(to), 1)
              : new Choice(Kind.DELIVER, nodes.get(from), nodes.get(to), i + 1);
      // Requests from outside wait for the messages they may have caused before.
      long order = outside ? AFTER_ALL_MESSAGES / 2 + flight.id() : flight.id();
      dishes.add(new Dish(choice, flight.earliest(), flight.latest(), order));
    }
  }

  private void addTimer(List<Dish> dishes, int node) {
    Timer timer = world.isDown(node) ? null : world.timers().next(node);
    if (timer != null) {
      boolean async = scenario.timing().isAsync();
      long due = Math.max(timer.deadline(), async ? 0 : world.timers().now(node));
      dishes.add(
          new Dish(
              Choice.of(Kind.TIMER, nodes.get(node)),
              async ? 0 : due,
              async ? Timing.NEVER : due,
              AFTER_ALL_MESSAGES + (async ? due : 0)));
    }
  }

  private List<Choice> faults() {
    List<Choice> choices = new ArrayList<>();
    Faults left = world.faultsLeft();
    boolean calm = world.timers().now(0) >= scenario.limits().calm();
    for (int to = 0; to < size && !calm; to++) {
      for (int from = 0; from < size; from++) {
        int inFlight = world.network().channel(from, to).size();
        int reach = scenario.faults().reorder() ? inFlight : Math.min(1, inFlight);
        for (int nth = 1; nth <= reach; nth++) {
          if (left.drops() > 0) {
            choices.add(new Choice(Kind.DROP, nodes.get(from), nodes.get(to), nth));
          }
          if (left.duplicates() > 0) {
            choices.add(new Choice(Kind.DUP, nodes.get(from), nodes.get(to), nth));
          }
        }
      }
    }
    for (String node : scenario.crashable()) {
      addNodeFaults(choices, node, world.indexOf(node), calm ? Faults.NONE : left);
    }
    if (world.network().isCut()) {
      choices.add(Choice.of(Kind.HEAL, ""));
    }
    return choices;
  }

  private void addNodeFaults(List<Choice> choices, String name, int node, Faults left) {
    boolean up = !world.isDown(node);
    if (!up) {
      choices.add(Choice.of(Kind.RECOVER, name));
    }
    if (world.isPaused(node)) {
      choices.add(Choice.of(Kind.RESUME, name));
    }
    if (up && left.crashes() > 0) {
      choices.add(Choice.of(Kind.CRASH, name));
    }
    if (up && !world.isPaused(node) && left.pauses() > 0) {
      choices.add(Choice.of(Kind.PAUSE, name));
    }
    if (left.cuts() > 0 && !world.network().isCut()) {
      choices.add(Choice.of(Kind.CUT, name));
    }
  }
}

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
    Scenario.Limits limits = scenario.limits();
    List<Choice> mends = endsCalmly() ? mends(limits.stayDown()) : List.of();
    if (mends.isEmpty()) {
      return until(limits.horizon());
    }
    List<Choice> wild = calm() ? List.of() : until(Math.min(limits.horizon(), limits.calm()));
    return wild.isEmpty() ? mends : wild;
  }

  /** What the world does by itself, up to this time. */
  private List<Choice> until(long end) {
    List<Dish> dishes = new ArrayList<>();
    for (int to = 0; to < size; to++) {
      if (!world.isPaused(to)) {
        for (int from = 0; from <= size; from++) {
          addMessages(dishes, from, to);
        }
        addTimer(dishes, to);
      }
    }
    long deadline = end;
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

  /** Whether the scenario's faults are over. */
  private boolean calm() {
    return world.timers().now(0) >= scenario.limits().calm();
  }

  private boolean endsCalmly() {
    return scenario.limits().stayDown() != Scenario.Limits.ALL_STAYS;
  }

  private List<Choice> faults() {
    List<Choice> choices = calm() && endsCalmly() ? new ArrayList<>() : mends(0);
    if (!calm()) {
      addMessageFaults(choices);
      for (String node : scenario.crashable()) {
        addNodeFaults(choices, node, world.indexOf(node));
      }
    }
    return choices;
  }

  /** What ends a fault; so many of the nodes that are down don't come back. */
  private List<Choice> mends(int stayDown) {
    List<Choice> choices = new ArrayList<>();
    int waiting = stayDown;
    for (int node = 0; node < size; node++) {
      boolean recovers = world.isDown(node) && waiting-- <= 0;
      addIf(choices, recovers, Kind.RECOVER, nodes.get(node));
      addIf(choices, world.isPaused(node), Kind.RESUME, nodes.get(node));
      addIf(choices, world.isSlow(node), Kind.QUICK, nodes.get(node));
    }
    addIf(choices, world.network().isBroken(), Kind.HEAL, "");
    return choices;
  }

  private void addMessageFaults(List<Choice> choices) {
    boolean drops = may(Kind.DROP);
    boolean duplicates = may(Kind.DUP);
    for (int to = 0; to < size && (drops || duplicates); to++) {
      for (int from = 0; from < size; from++) {
        int inFlight = world.network().channel(from, to).size();
        int reach = scenario.faults().reorder() ? inFlight : Math.min(1, inFlight);
        for (int nth = 1; nth <= reach; nth++) {
          if (drops) {
            choices.add(new Choice(Kind.DROP, nodes.get(from), nodes.get(to), nth));
          }
          if (duplicates) {
            choices.add(new Choice(Kind.DUP, nodes.get(from), nodes.get(to), nth));
          }
        }
      }
    }
  }

  private void addNodeFaults(List<Choice> choices, String name, int node) {
    boolean up = !world.isDown(node);
    int atRisk = world.writesAtRisk(node);
    addIf(choices, up && may(Kind.CRASH), Kind.CRASH, name);
    addIf(choices, up && may(Kind.POWER) && atRisk > 0, Kind.POWER, name);
    addIf(choices, up && may(Kind.TEAR) && atRisk > 1, Kind.TEAR, name);
    addIf(choices, up && may(Kind.PAUSE) && !world.isPaused(node), Kind.PAUSE, name);
    boolean timed = !scenario.timing().isAsync();
    addIf(choices, up && timed && may(Kind.SLOW) && !world.isSlow(node), Kind.SLOW, name);
    addIf(choices, may(Kind.CUT) && !world.network().isCut(), Kind.CUT, name);
    for (String other : scenario.crashable()) {
      if (may(Kind.ONEWAY) && !other.equals(name)) {
        choices.add(new Choice(Kind.ONEWAY, name, other, 1));
      }
    }
  }

  private boolean may(Kind kind) {
    return world.faultsLeft().most(kind) > 0;
  }

  private static void addIf(List<Choice> choices, boolean possible, Kind kind, String node) {
    if (possible) {
      choices.add(Choice.of(kind, node));
    }
  }
}

package io.flotilla.entity;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import io.flotilla.entity.LinesEntity.Flaw;
import io.flotilla.lab.Host;
import io.flotilla.lab.sim.Choice.Kind;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.SimEvent;
import io.flotilla.lab.sim.Simulation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.function.Supplier;

/**
 * One run of three gateways and of an entity that may live in two places. Its seed determines the
 * requests and every random event.
 */
final class LinesWorld {
  private static final List<String> GATEWAYS = List.of("G1", "G2", "G3");
  private static final Faults FAULTS =
      Faults.NONE.with(Kind.DROP, 6).with(Kind.DUP, 8).with(Kind.CRASH, 2).withReorder();

  private final LinesLog log = new LinesLog();
  private final LinesHistory history = new LinesHistory();
  private final long seed;
  private final Flaw flaw;
  private final SortedSet<String> seen;

  /** The places by the references that gateways know them by. */
  private final Map<ActorRef<?>, String> places = new HashMap<>();

  /** Where the entity was moved last. */
  private String home = "E1";

  /**
   * @param seen collects the kinds of events that happened
   */
  LinesWorld(long seed, Flaw flaw, SortedSet<String> seen) {
    this.seed = seed;
    this.flaw = flaw;
    this.seen = seen;
  }

  /** The first inconsistency, if any. */
  Optional<String> run(Simulation simulation) {
    Simulation.Ended ended =
        simulation.run(scenario(), Simulation.Request.of(seed, Chooser.seeded(seed), this::accept));
    return ended.end() == Simulation.End.FAILED
        ? Optional.of("a node threw")
        : history.finding(log.state().model().lines());
  }

  private Scenario<Object> scenario() {
    Scenario<Object> scenario =
        Scenario.of(List.of("G1", "G2", "G3", "E1", "E2"), this::behavior).with(FAULTS).steps(200);
    Random random = new Random(seed);
    for (int i = 0; i < 8; i++) {
      Duration timeout = Duration.ofMillis(500 + random.nextInt(2_500));
      Object call = new LinesGateway.Call(i, operation(i, random), timeout);
      scenario = scenario.ask(GATEWAYS.get(random.nextInt(GATEWAYS.size())), call);
    }
    for (String place : List.of("E2", "E1", "E2", "E1")) {
      scenario = scenario.ask(place, new LinesEntity.MoveHere());
    }
    for (String gateway : GATEWAYS) {
      scenario = scenario.ask(gateway, new LinesGateway.NodeGone());
    }
    return scenario;
  }

  private static Operation<?> operation(int i, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new Lines.Read();
      case 1 -> new Lines.Add("a" + i);
      default -> new Lines.AddIfEven("e" + i);
    };
  }

  private Behavior<Object> behavior(Host<Object> host) {
    // For a while a shard region may still believe the entity to be at its old place.
    Supplier<String> shard =
        () -> host.random().nextInt(6) > 0 ? home : home.equals("E1") ? "E2" : "E1";
    return GATEWAYS.contains(host.id())
        ? LinesGateway.create(host, shard, places::get)
        : LinesEntity.create(
            host, log, self -> places.put(self, host.id()), () -> home = host.id(), flaw);
  }

  private void accept(SimEvent event) {
    history.accept(event);
    if (event.payload() instanceof LinesGateway.WentStraight) {
      seen.add("went straight");
    } else if (event.payload() instanceof LinesEntity.Did did) {
      seen.add(did.what());
    } else if (event.payload() instanceof LinesGateway.Answered answer) {
      seen.add(kind(answer.result()));
    }
  }

  private static String kind(Result result) {
    if (result instanceof Result.Refused refused) {
      return refused.code();
    }
    return result instanceof Result.Done done ? "done: " + done.ok() : "read";
  }
}

package io.flotilla.lab.check;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Event;
import io.flotilla.lab.Host;
import io.flotilla.lab.sim.Choice.Kind;
import io.flotilla.lab.sim.Chooser;
import io.flotilla.lab.sim.Faults;
import io.flotilla.lab.sim.Scenario;
import io.flotilla.lab.sim.Simulation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExplorerTest {
  private static Simulation simulation;

  @BeforeAll
  static void start() {
    simulation = new Simulation();
  }

  @AfterAll
  static void stop() {
    simulation.close();
  }

  record Note(int n) {}

  record Got(int n) implements Event {}

  private static Behavior<Note> listener(Host<Note> host) {
    return Behaviors.receiveMessage(
        note -> {
          host.report(new Got(note.n()));
          return Behaviors.same();
        });
  }

  private static Scenario<Note> independent(int nodes, int notes) {
    List<String> names = List.of("A", "B", "C").subList(0, nodes);
    Scenario<Note> scenario = Scenario.of(names, ExplorerTest::listener);
    for (String name : names) {
      for (int i = 1; i <= notes; i++) {
        scenario = scenario.ask(name, new Note(i));
      }
    }
    return scenario;
  }

  private static Explorer.Explored explore(Scenario<?> scenario, List<Property<?>> properties) {
    return Explorer.explore(
        new Runner<>(simulation, scenario, properties), 1, 100_000, 100, p -> {});
  }

  @Test
  void independent_nodes_are_counted_once_for_every_pair_of_histories() {
    // Each of k nodes has seen 0 to n notes: (n+1)^k states, however many orders lead to them.
    Explorer.Explored two = explore(independent(2, 3), List.of());
    assertThat(two.states()).isEqualTo(16);
    assertThat(two.depth()).isEqualTo(6);
    assertThat(two.complete()).isTrue();
    assertThat(explore(independent(3, 3), List.of()).states()).isEqualTo(64);
  }

  @Test
  void faults_add_the_states_they_can_lead_to() {
    // One node, one message from the other in flight: on its way, arrived, or lost.
    Scenario<Note> scenario =
        Scenario.<Note>of(
                List.of("A", "B"),
                host ->
                    host.id().equals("B")
                        ? listener(host)
                        : Behaviors.receiveMessage(
                            n -> {
                              host.tell("B", n);
                              return Behaviors.same();
                            }))
            .ask("A", new Note(1));
    assertThat(explore(scenario, List.of()).states()).isEqualTo(3);
    assertThat(explore(scenario.with(Faults.NONE.with(Kind.DROP, 1)), List.of()).states())
        .isEqualTo(4);
  }

  @Test
  void a_property_that_cares_for_order_keeps_the_orders_apart() {
    // Whether B's note came last is not a matter of any node's own history.
    Property<String> order =
        Property.always("A is last", "", (s, e) -> s + e.node(), s -> Optional.<String>empty());
    Property<String> wrong =
        Property.atEnd(
            "A is last",
            "",
            (s, e) -> e.payload() instanceof Got ? e.node() : s,
            s -> s.equals("B") ? Optional.of("B was last") : Optional.empty());
    assertThat(explore(independent(2, 1), List.of()).states()).isEqualTo(4);
    assertThat(explore(independent(2, 1), List.of(order)).states()).isEqualTo(5);
    Explorer.Explored found = explore(independent(2, 1), List.of(wrong));
    assertThat(found.violation()).isPresent();
    assertThat(found.violation().get().choices().toString()).isEqualTo("[:A, :B]");
  }

  @Test
  void a_failing_run_shrinks_to_the_choices_that_matter() {
    Property<Integer> noThird =
        Property.always(
            "B never gets its third note",
            0,
            (n, e) -> e.node().equals("B") && e.payload() instanceof Got g ? g.n() : n,
            n -> n >= 3 ? Optional.of("got note " + n) : Optional.empty());
    Runner<Note> runner = new Runner<>(simulation, independent(3, 4), List.of(noThird));
    Search.Failing failing = Search.seeds(runner, 1, 1, Chooser::seeded).failing().orElseThrow();
    assertThat(failing.outcome().steps()).isGreaterThan(3);
    Runner.Outcome shrunk = Shrinker.shrink(runner, failing.seed(), failing.outcome());
    assertThat(shrunk.choices().toString()).isEqualTo("[:B, :B, :B]");
    assertThat(shrunk.violation().orElseThrow().what()).isEqualTo("got note 3");
    Runner.Outcome again =
        runner.run(failing.seed(), Chooser.exactly(shrunk.choices(), o -> Optional.empty()));
    assertThat(again.violation()).isEqualTo(shrunk.violation());
  }

  @Test
  void sometimes_properties_tell_what_was_never_seen() {
    Property<Boolean> third = Property.sometimes("a third note", Got.class, g -> g.n() == 3);
    Property<Boolean> ninth = Property.sometimes("a ninth note", Got.class, g -> g.n() == 9);
    Runner<Note> runner = new Runner<>(simulation, independent(2, 3), List.of(third, ninth));
    assertThat(Search.seeds(runner, 1, 5, Chooser::seeded).seen()).containsOnlyKeys("a third note");
  }
}

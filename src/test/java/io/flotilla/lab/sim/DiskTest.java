package io.flotilla.lab.sim;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.flotilla.lab.Event;
import io.flotilla.lab.Host;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a power cut leaves on a disk, one way, and what a slow node does. */
class DiskTest {

  /** Moves one coin from "left" to "right", and tells the other node before, between or after. */
  private static final class Bank extends AbstractBehavior<String> {
    private final Host<String> host;
    private final String tells;

    Bank(ActorContext<String> ctx, Host<String> host, String tells) {
      super(ctx);
      this.host = host;
      this.tells = tells;
      host.report(new Has(read("left"), read("right")));
    }

    private int read(String purse) {
      return host.storage().read(purse, Integer.class).orElse(purse.equals("left") ? 1 : 0);
    }

    @Override
    public Receive<String> createReceive() {
      return newReceiveBuilder().onMessage(String.class, this::onMessage).build();
    }

    private Behavior<String> onMessage(String text) {
      if (text.equals("move")) {
        tell("before");
        host.storage().write("left", 0);
        tell("between");
        host.storage().write("right", 1);
        tell("after");
      }
      host.report(new Has(read("left"), read("right")));
      return this;
    }

    private void tell(String when) {
      if (tells.equals(when)) {
        host.tell("B", "moved");
      }
    }
  }

  record Has(int left, int right) implements Event {}

  private static List<String> left(String tells, String choices) {
    Scenario<String> scenario =
        Scenario.<String>of(List.of("A", "B"), h -> Behaviors.setup(ctx -> new Bank(ctx, h, tells)))
            .with(Faults.parse("power=1,tear=1,crash=1,oneway=1,slow=1"))
            .ask("A", "move");
    List<String> seen = new ArrayList<>();
    try (Simulation simulation = new Simulation()) {
      simulation.run(
          scenario,
          Simulation.Request.of(
              1,
              Chooser.exactly(Choice.parseList(choices), Chooser.natural()),
              e -> {
                if (e.payload() instanceof Has has && e.node().equals("A")) {
                  seen.add(has.left() + " " + has.right());
                }
              }));
    }
    return seen;
  }

  @Test
  void a_crash_keeps_all_that_was_written() {
    assertThat(left("never", ":A,crash=A,recover=A")).containsExactly("1 0", "0 1", "0 1");
  }

  @Test
  void a_power_cut_loses_what_no_message_has_promised() {
    assertThat(left("never", ":A,power=A,recover=A")).containsExactly("1 0", "0 1", "1 0");
    assertThat(left("before", ":A,power=A,recover=A")).containsExactly("1 0", "0 1", "1 0");
    assertThat(left("between", ":A,power=A,recover=A")).containsExactly("1 0", "0 1", "0 0");
  }

  @Test
  void a_torn_write_loses_the_last_of_several() {
    assertThat(left("never", ":A,tear=A,recover=A")).containsExactly("1 0", "0 1", "0 0");
  }

  @Test
  void what_was_written_before_an_answer_left_is_safe() {
    assertThatNothingCanBeLost(":A,power=A");
    assertThatNothingCanBeLost(":A,tear=A");
  }

  private static void assertThatNothingCanBeLost(String choices) {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> left("after", choices))
        .isInstanceOf(Chooser.ImpossibleChoice.class);
  }

  private static List<String> kinds(Timing timing, String choices) {
    Scenario<PingPong.Ball> scenario =
        PingPong.scenario().with(timing).with(Faults.parse("oneway=1,slow=1")).steps(8);
    List<String> seen = new ArrayList<>();
    try (Simulation simulation = new Simulation()) {
      simulation.run(
          scenario,
          Simulation.Request.of(
              1,
              Chooser.exactly(Choice.parseList(choices), Chooser.natural()),
              e -> seen.add(e.kind() + " " + e.node() + " " + e.time())));
    }
    return seen;
  }

  @Test
  void a_cut_one_way_lets_the_other_way_through() {
    Scenario<PingPong.Ball> scenario = PingPong.scenario();
    String a = scenario.nodes().get(0);
    String b = scenario.nodes().get(1);
    List<String> there = kinds(Timing.ASYNC, "oneway=" + a + ":" + b);
    List<String> back = kinds(Timing.ASYNC, "oneway=" + b + ":" + a);
    assertThat(there).anyMatch(e -> e.startsWith("LOSE")).noneMatch(e -> e.startsWith("DELIVER"));
    assertThat(back).anyMatch(e -> e.startsWith("LOSE")).anyMatch(e -> e.startsWith("DELIVER"));
  }

  @Test
  void a_slow_node_is_slower_than_the_network_ever_is() {
    Timing timing = Timing.bounded(1, 10);
    String a = PingPong.scenario().nodes().get(0);
    assertThat(kinds(timing, "")).anyMatch(e -> e.startsWith("DELIVER") && e.endsWith(" 1"));
    assertThat(kinds(timing, "slow=" + a))
        .anyMatch(e -> e.startsWith("DELIVER"))
        .noneMatch(e -> e.startsWith("DELIVER") && e.matches(".* [1-9]"));
  }
}

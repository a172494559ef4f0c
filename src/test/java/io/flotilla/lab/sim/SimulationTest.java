package io.flotilla.lab.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.lab.Event;
import io.flotilla.lab.Host;
import io.flotilla.lab.sim.SimEvent.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static Simulation simulation;

  @BeforeAll
  static void start() {
    simulation = new Simulation();
  }

  @AfterAll
  static void stop() {
    simulation.close();
  }

  private static List<SimEvent> run(Scenario<?> scenario, String choices) {
    List<SimEvent> events = new ArrayList<>();
    Chooser chooser = Chooser.exactly(Choice.parseList(choices), Chooser.natural());
    simulation.run(scenario, Simulation.Request.of(1, chooser, events::add));
    return events;
  }

  private static List<String> lines(List<SimEvent> events, Kind kind) {
    return events.stream()
        .filter(e -> e.kind() == kind)
        .map(e -> e.node() + " " + e.text())
        .toList();
  }

  record Say(String text) {}

  record Heard(String text) implements Event {}

  /** Reports what it receives; forwards what starts with ">" to all others. */
  private static Behavior<Say> parrot(Host<Say> host) {
    return Behaviors.receiveMessage(
        say -> {
          host.report(new Heard(say.text()));
          if (say.text().startsWith(">")) {
            host.tellOthers(new Say(say.text().substring(1)));
          }
          return Behaviors.same();
        });
  }

  private static Scenario<Say> parrots() {
    return Scenario.of(List.of("A", "B", "C"), SimulationTest::parrot)
        .ask("A", new Say(">1"))
        .ask("A", new Say(">2"));
  }

  private static final Faults ALL = Faults.parse("drop=9,dup=9,crash=9,cut=9,pause=9");

  @Test
  void messages_between_two_nodes_keep_their_order_but_others_need_not() {
    List<SimEvent> events = run(parrots(), ":A,:A,A:C,A:C,A:B,A:B");
    assertThat(lines(events, Kind.REPORT))
        .containsExactly(
            "A Heard[text=>1]",
            "A Heard[text=>2]",
            "C Heard[text=1]",
            "C Heard[text=2]",
            "B Heard[text=1]",
            "B Heard[text=2]");
  }

  @Test
  void messages_overtake_each_other_only_where_the_scenario_lets_them() {
    assertThatThrownBy(() -> run(parrots(), ":A,:A,A:B#2"))
        .isInstanceOf(Chooser.ImpossibleChoice.class)
        .hasMessageContaining("choice 3, A:B#2, is not possible there");
    List<SimEvent> events = run(parrots().with(Faults.NONE.withReorder()), ":A,:A,A:B#2,A:B");
    assertThat(lines(events, Kind.REPORT))
        .containsSubsequence("B Heard[text=2]", "B Heard[text=1]");
  }

  @Test
  void a_dropped_message_is_lost_and_a_doubled_one_arrives_twice() {
    List<SimEvent> events = run(parrots().with(ALL), ":A,drop=A:B,dup=A:C");
    assertThat(lines(events, Kind.REPORT).stream().filter(l -> l.equals("B Heard[text=1]")))
        .isEmpty();
    assertThat(lines(events, Kind.REPORT).stream().filter(l -> l.equals("C Heard[text=1]")))
        .hasSize(2);
  }

  @Test
  void what_reaches_a_node_that_is_down_is_lost_and_what_crosses_a_cut_too() {
    List<SimEvent> down = run(parrots().with(ALL), ":A,crash=B,A:B,recover=B");
    assertThat(lines(down, Kind.REPORT))
        .doesNotContain("B Heard[text=1]")
        .contains("B Heard[text=2]");
    List<SimEvent> cut = run(parrots().with(ALL), ":A,cut=A+C,:A,heal");
    assertThat(lines(cut, Kind.REPORT)).noneMatch(l -> l.startsWith("B"));
    assertThat(lines(cut, Kind.LOSE)).hasSize(2);
  }

  @Test
  void a_paused_node_gets_its_mail_when_it_goes_on() {
    List<SimEvent> events = run(parrots().with(ALL), "pause=B,:A,A:C,resume=B");
    assertThat(lines(events, Kind.REPORT)).contains("B Heard[text=1]");
    assertThatThrownBy(() -> run(parrots().with(ALL), "pause=B,:A,A:B"))
        .isInstanceOf(Chooser.ImpossibleChoice.class);
  }

  /** Counts in memory and on disk; a timer adds to both. */
  private static Behavior<Say> counter(Host<Say> host) {
    return Behaviors.withTimers(
        timers -> {
          timers.startTimerWithFixedDelay(new Say("tick"), Duration.ofMillis(100));
          int[] memory = {0};
          return Behaviors.receiveMessage(
              say -> {
                int disk = host.storage().read("n", Integer.class).orElse(0) + 1;
                host.storage().write("n", disk);
                memory[0]++;
                host.report(new Heard(memory[0] + " of " + disk));
                return Behaviors.same();
              });
        });
  }

  @Test
  void only_the_disk_survives_a_crash_and_timers_start_anew() {
    Scenario<Say> scenario = Scenario.of(List.of("A"), SimulationTest::counter).with(ALL).timers(4);
    List<SimEvent> events = run(scenario, "A@,A@,crash=A,recover=A");
    assertThat(lines(events, Kind.REPORT))
        .containsExactly(
            "A Heard[text=1 of 1]",
            "A Heard[text=2 of 2]",
            "A Heard[text=1 of 3]",
            "A Heard[text=2 of 4]");
    assertThat(lines(events, Kind.TIMER)).containsOnly("A Say[text=tick]").hasSize(4);
  }

  @Test
  void with_bounded_delays_time_decides_what_may_come_next() {
    Scenario<Say> scenario =
        Scenario.of(List.of("A"), SimulationTest::counter)
            .with(Timing.bounded(1, 5))
            .askAt(250, "A", new Say("x"))
            .until(450, 0);
    List<SimEvent> events = run(scenario, "");
    assertThat(events.stream().filter(e -> e.kind() == Kind.REPORT).map(SimEvent::time))
        .containsExactly(100L, 200L, 250L, 300L, 400L);
    assertThatThrownBy(() -> run(scenario, ":A")).isInstanceOf(Chooser.ImpossibleChoice.class);
  }

  /** Fails first and is restarted by a supervisor with backoff; then receives nothing more. */
  private static Behavior<Say> patient(Host<Say> host) {
    Behavior<Say> child =
        Behaviors.setup(
            ctx -> {
              host.report(new Heard("child starts"));
              ctx.setReceiveTimeout(Duration.ofHours(1), new Say("silence"));
              return Behaviors.receiveMessage(
                  say -> {
                    host.report(new Heard(say.text()));
                    if (say.text().equals("fail")) {
                      throw new IllegalStateException("as asked");
                    }
                    return say.text().equals("silence") ? Behaviors.stopped() : Behaviors.same();
                  });
            });
    return Behaviors.setup(
        ctx -> {
          ActorRef<Say> ref =
              ctx.spawn(
                  Behaviors.supervise(child)
                      .onFailure(
                          IllegalStateException.class,
                          SupervisorStrategy.restartWithBackoff(
                                  Duration.ofMinutes(10), Duration.ofMinutes(10), 0)
                              .withLoggingEnabled(false)),
                  "child");
          return Behaviors.receiveMessage(
              say -> {
                ref.tell(say);
                return Behaviors.same();
              });
        });
  }

  @Test
  void receive_time_outs_and_backoff_run_in_virtual_time() {
    Scenario<Say> scenario =
        Scenario.of(List.of("A"), SimulationTest::patient)
            .with(Timing.bounded(1, 5))
            .askAt(10, "A", new Say("fail"));
    List<String> reports =
        run(scenario, "").stream()
            .filter(e -> e.kind() == Kind.REPORT)
            .map(e -> e.time() + " " + ((Heard) e.payload()).text())
            .toList();
    assertThat(reports)
        .containsExactly("0 child starts", "10 fail", "600010 child starts", "4800010 silence");
  }

  @Test
  void true_clocks_follow_the_messages() {
    List<SimEvent> events = run(parrots(), ":A,A:B,A:C");
    // A: asked, reported, sent twice (to B, then to C).
    assertThat(clockOf(events, Kind.SEND, "A").toString()).isEqualTo("[3, 0, 0]");
    assertThat(clockOf(events, Kind.DELIVER, "B").toString()).isEqualTo("[3, 1, 0]");
    assertThat(clockOf(events, Kind.DELIVER, "C").toString()).isEqualTo("[4, 0, 1]");
    Clock sent = clockOf(events, Kind.SEND, "A");
    assertThat(sent.precedes(clockOf(events, Kind.DELIVER, "B"))).isTrue();
    assertThat(clockOf(events, Kind.DELIVER, "B").precedes(clockOf(events, Kind.DELIVER, "C")))
        .isFalse();
  }

  private static Clock clockOf(List<SimEvent> events, Kind kind, String node) {
    return events.stream()
        .filter(e -> e.kind() == kind && e.node().equals(node))
        .findFirst()
        .orElseThrow()
        .clock();
  }

  @Test
  void a_node_that_throws_ends_the_run_and_says_so() {
    Scenario<Say> scenario =
        Scenario.<Say>of(
                List.of("A"),
                host ->
                    Behaviors.receiveMessage(
                        say -> {
                          throw new IllegalStateException("boom");
                        }))
            .ask("A", new Say("x"));
    List<SimEvent> events = run(scenario, "");
    assertThat(lines(events, Kind.FAIL)).containsExactly("A java.lang.IllegalStateException: boom");
    assertThat(run(parrots(), "")).isNotEmpty();
  }

  @Test
  void messages_of_a_run_that_was_left_do_not_reach_the_next() {
    Simulation.Ended first =
        simulation.run(
            PingPong.scenario().steps(5), Simulation.Request.of(1, Chooser.natural(), e -> {}));
    assertThat(first.end()).isEqualTo(Simulation.End.LIMIT);
    assertThat(lines(run(parrots(), ""), Kind.REPORT)).hasSize(6);
  }

  @Test
  void no_thread_belongs_to_a_simulation() {
    long before = Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).count();
    try (Simulation other = new Simulation()) {
      other.run(
          PingPong.scenario().steps(50), Simulation.Request.of(1, Chooser.natural(), e -> {}));
      assertThat(Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).count())
          .isLessThanOrEqualTo(before);
    }
  }
}

package io.flotilla.shared;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SharedActorsTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ConfigFactory.parseString("akka.actor.provider = local"));

  private final TestProbe<String> heard = KIT.createTestProbe();
  private final SharedActors<String, String> actors =
      new SharedActors<>(KIT.system(), "echo-" + System.nanoTime(), this::echo);

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private Behavior<String> echo(String key, Runnable retire) {
    return Behaviors.setup(
        context ->
            Behaviors.receive(String.class)
                .onMessageEquals(
                    "fail",
                    () -> {
                      throw new IllegalStateException("as told");
                    })
                .onMessageEquals("stop", Behaviors::stopped)
                .onMessageEquals(
                    "idle",
                    () -> {
                      retire.run();
                      return Behaviors.same();
                    })
                .onSignal(
                    PreRestart.class,
                    failed -> {
                      heard.getRef().tell(key + " failed");
                      return Behaviors.same();
                    })
                .onAnyMessage(
                    message -> {
                      heard.getRef().tell(key + " " + message);
                      return Behaviors.same();
                    })
                .build());
  }

  private String next() {
    return heard.receiveMessage();
  }

  @Test
  void each_key_has_an_actor_of_its_own() {
    ActorRef<String> a = actors.tell("a", "1");
    assertThat(next()).isEqualTo("a 1");
    assertThat(actors.tell("b", "2")).isNotEqualTo(a);
    assertThat(next()).isEqualTo("b 2");
    assertThat(actors.tell("a", "3")).isEqualTo(a);
    assertThat(next()).isEqualTo("a 3");
  }

  @Test
  void one_that_fails_begins_anew_and_loses_no_message() {
    actors.tell("a", "fail");
    actors.tell("a", "1");
    assertThat(next()).isEqualTo("a failed");
    assertThat(next()).isEqualTo("a 1");
  }

  @Test
  void one_that_has_stopped_is_followed_by_another() {
    ActorRef<String> first = actors.tell("a", "stop");
    Awaitility.await().until(() -> !actors.tell("a", "1").equals(first));
    assertThat(next()).isEqualTo("a 1");
  }

  @Test
  void one_that_has_retired_is_spoken_to_no_more() {
    ActorRef<String> first = actors.tell("a", "idle");
    Awaitility.await().until(() -> !actors.tell("a", "1").equals(first));
  }

  @Test
  void what_is_told_to_all_reaches_those_there_are() {
    actors.tell("a", "1");
    actors.tell("b", "1");
    assertThat(List.of(next(), next())).containsExactlyInAnyOrder("a 1", "b 1");
    actors.tellAll("2");
    assertThat(List.of(next(), next())).containsExactlyInAnyOrder("a 2", "b 2");
    assertThat(actors.isRunning("c")).isFalse();
  }
}

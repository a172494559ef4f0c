package io.flotilla.registry.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.flotilla.registry.CheckDefinition;
import io.flotilla.registry.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ProbesTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ConfigFactory.parseString("akka.actor.provider = local"));

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private static CheckDefinition tcp(String address) {
    return new CheckDefinition(
        0, "", "", java.util.Map.of(), "", false, address, 10_000, 1_000, 1, 1, 0);
  }

  @Test
  void a_check_that_can_not_be_begun_fails_and_the_others_are_made() {
    Probe probe =
        definition -> {
          if (definition.tcp().equals("bad:1")) {
            throw new UncheckedIOException(new IOException("no file handles left"));
          }
          return CompletableFuture.completedFuture(new Outcome(Status.PASSING, "well"));
        };
    ActorRef<Probes.Command> probes = KIT.spawn(Probes.create(probe));
    TestProbe<Outcome> outcomes = KIT.createTestProbe();
    for (int i = 0; i < 2 * Probes.UNDER_WAY; i++) {
      probes.tell(new Probes.Ask(tcp("bad:1"), outcomes.getRef()));
      assertThat(outcomes.receiveMessage().status()).isEqualTo(Status.CRITICAL);
    }
    probes.tell(new Probes.Ask(tcp("good:1"), outcomes.getRef()));
    assertThat(outcomes.receiveMessage().status()).isEqualTo(Status.PASSING);
  }
}

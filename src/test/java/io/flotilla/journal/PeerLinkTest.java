package io.flotilla.journal;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.AbstractActor;
import akka.actor.ActorSystem;
import akka.actor.ExtendedActorSystem;
import akka.actor.Props;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.TestPatience;
import io.flotilla.journal.PeerMessage.Answer;
import io.flotilla.journal.PeerMessage.Forward;
import io.flotilla.journal.PeerMessage.Kind;
import io.flotilla.journal.PeerMessage.Several;
import io.flotilla.journal.PeerMessage.Status;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes' logs that speak to each other, without any group. */
class PeerLinkTest {
  /** So that a test can keep it busy. */
  private static final Config ONE_THREAD =
      ConfigFactory.parseString(
          "akka.actor.default-dispatcher.fork-join-executor"
              + " { parallelism-min = 1, parallelism-max = 1 }");

  private final LogCluster nodes = new LogCluster(Path.of("none"), 3, "flotilla", ONE_THREAD);
  private final ExtendedActorSystem here = start("n1");
  private final ExtendedActorSystem there = start("n2");
  private final Queue<Object> received = new ConcurrentLinkedQueue<>();
  private volatile boolean understood = true;
  private final PeerLink link = link("n1", here);

  private ExtendedActorSystem start(String id) {
    return (ExtendedActorSystem) ActorSystem.create("flotilla", nodes.config(id));
  }

  private PeerLink link(String id, ExtendedActorSystem system) {
    JournalSettings settings = JournalSettings.of(nodes.config(id));
    return new PeerLink(system, new Members(settings, () -> null), () -> understood);
  }

  @AfterEach
  void end() throws Exception {
    for (ActorSystem system : new ActorSystem[] {here, there}) {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
  }

  /** Keeps what comes as it came. */
  static final class Keeper extends AbstractActor {
    private final Queue<Object> received;

    Keeper(Queue<Object> received) {
      this.received = received;
    }

    @Override
    public Receive createReceive() {
      return receiveBuilder().matchAny(received::add).build();
    }
  }

  private void keepWhatComes() {
    there.systemActorOf(Props.create(Keeper.class, received), "flotilla-log");
  }

  private static Forward forward(int n) {
    return new Forward(n, 1, Kind.WRITE, new byte[] {(byte) n});
  }

  /** Sends so many while no thread has time for them. */
  private void send(int many) {
    here.dispatcher()
        .execute(() -> IntStream.range(0, many).forEach(n -> link.send("n2", forward(n))));
  }

  private void await(int many) {
    Awaitility.await().atMost(TestPatience.PATIENCE).until(() -> received.size() >= many);
  }

  @Test
  void requests_that_wait_for_a_thread_travel_as_one_message() {
    keepWhatComes();
    send(20);
    await(1);
    Several several = (Several) received.remove();
    assertThat(several.answers()).isEmpty();
    assertThat(several.forwards())
        .extracting(Forward::id)
        .containsExactlyElementsOf(IntStream.range(0, 20).mapToObj(n -> (long) n).toList());
  }

  @Test
  void during_an_upgrade_each_travels_alone() {
    understood = false;
    keepWhatComes();
    send(20);
    await(20);
    assertThat(received).hasOnlyElementsOfType(Forward.class);
  }

  @Test
  void a_lone_one_has_the_form_it_always_had() {
    keepWhatComes();
    send(1);
    await(1);
    assertThat(received).hasOnlyElementsOfType(Forward.class);
  }

  @Test
  void each_is_answered_for_itself() {
    int many = 1000;
    link.open((message, reply) -> received.add(message));
    link("n2", there)
        .open(
            (message, reply) -> {
              Forward asked = (Forward) message;
              reply.accept(new Answer(asked.id(), asked.attempt(), Status.OK, asked.body()));
            });
    send(many);
    await(many);
    assertThat(received)
        .extracting(answer -> ((Answer) answer).id())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, many).mapToObj(n -> (long) n).toList());
  }
}

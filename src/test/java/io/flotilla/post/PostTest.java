package io.flotilla.post;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.flotilla.FreePorts;
import io.flotilla.TestPatience;
import io.flotilla.entity.Gateway;
import io.flotilla.wire.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes in one process, connected as real ones are. */
class PostTest {
  private final ActorTestKit here = ActorTestKit.create("flotilla", config());
  private final ActorTestKit there = ActorTestKit.create("flotilla", config());
  private final TestProbe<Message> receiver = there.createTestProbe();
  private final Post post = Post.get(here.system());

  /** With one thread, so that a test can keep it busy. */
  private static Config config() {
    return ConfigFactory.parseString(
            "akka.remote.artery.canonical { hostname = 127.0.0.1, port = "
                + FreePorts.next()
                + " }\nakka.cluster.jmx.multi-mbeans-in-same-jvm = on"
                + "\nakka.coordinated-shutdown.run-by-jvm-shutdown-hook = off"
                + "\nakka.actor.default-dispatcher.fork-join-executor"
                + " { parallelism-min = 1, parallelism-max = 1 }")
        .withFallback(ConfigFactory.load());
  }

  @AfterEach
  void end() {
    here.shutdownTestKit();
    there.shutdownTestKit();
  }

  private <T> ActorRef<T> far(ActorRef<T> ref) {
    return ActorRefResolver.get(here.system())
        .resolveActorRef(ActorRefResolver.get(there.system()).toSerializationFormat(ref));
  }

  private static Message message(long n) {
    return new Gateway.OtherIncarnation(n);
  }

  /** Sends so many while no thread has time for them. */
  private void send(int many) {
    CountDownLatch sent = new CountDownLatch(1);
    here.system()
        .executionContext()
        .execute(
            () -> {
              for (int n = 1; n <= many; n++) {
                post.send(far(receiver.getRef()), message(n), 10);
              }
              sent.countDown();
            });
  }

  private void arrive(int many) {
    for (int n = 1; n <= many; n++) {
      assertThat(receiver.receiveMessage(TestPatience.PATIENCE)).isEqualTo(message(n));
    }
  }

  /** Takes the place of the other node's post, and shows what comes there. */
  private TestProbe<Letters> inPlaceOfThePost() {
    TestProbe<Letters> letters = there.createTestProbe();
    there.system().systemActorOf(forwarding(letters), "flotilla-post", Props.empty());
    return letters;
  }

  private static Behavior<Letters> forwarding(TestProbe<Letters> to) {
    return Behaviors.receiveMessage(
        letters -> {
          to.getRef().tell(letters);
          return Behaviors.same();
        });
  }

  @Test
  void whatWaitsForAThreadTravelsAsOneMessage() {
    TestProbe<Letters> letters = inPlaceOfThePost();
    post.mayGather(() -> true);
    send(20);
    List<Message> together = new ArrayList<>();
    for (Letter letter : letters.receiveMessage(TestPatience.PATIENCE).letters()) {
      assertThat(letter.to().path()).isEqualTo(receiver.getRef().path());
      together.add(letter.message());
    }
    assertThat(together).hasSize(20).startsWith(message(1)).endsWith(message(20));
  }

  @Test
  void eachArrivesWhereItBelongsInOrder() {
    Post.get(there.system());
    post.mayGather(() -> true);
    send(1000);
    arrive(1000);
  }

  @Test
  void nothingIsGatheredForNodesThatDoNotUnderstandIt() {
    // The other node has no post.
    send(20);
    arrive(20);
    post.mayGather(() -> false);
    send(20);
    arrive(20);
  }

  @Test
  void whatIsLargeTravelsAlone() {
    inPlaceOfThePost();
    post.mayGather(() -> true);
    post.send(far(receiver.getRef()), message(1), Post.LARGE_BYTES + 1);
    arrive(1); // which the other's post would not have handed on
  }

  @Test
  void toAnActorOfTheSameNodeNothingTravels() {
    post.mayGather(() -> true);
    TestProbe<Message> neighbour = here.createTestProbe();
    Message one = message(1);
    post.send(neighbour.getRef(), one, 10);
    assertThat(neighbour.receiveMessage()).isSameAs(one);
  }
}

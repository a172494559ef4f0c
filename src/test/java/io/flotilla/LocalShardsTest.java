package io.flotilla;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.ShardingEnvelope;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LocalShardsTest {
  private static Behavior<String> untilStopped(Runnable end) {
    return Behaviors.receive(String.class)
        .onSignal(
            PostStop.class,
            stopped -> {
              end.run();
              return Behaviors.same();
            })
        .build();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(TestPatience.MILLIS, MILLISECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The system's end and the first message to an entity may well come together. */
  @Test
  void a_system_ends_although_an_entity_is_just_being_started() {
    ActorTestKit kit = ActorTestKit.create();
    CountDownLatch starting = new CountDownLatch(1);
    CountDownLatch ending = new CountDownLatch(1);
    kit.spawn(untilStopped(ending::countDown));
    LocalShards<String> shards =
        new LocalShards<>(
            kit,
            "entities",
            id -> {
              starting.countDown();
              await(ending);
              return untilStopped(() -> {});
            },
            (carrier, message) -> message);
    shards.ref().tell(new ShardingEnvelope<>("one", "a message"));
    await(starting);
    kit.shutdownTestKit();
  }

  @Test
  void one_that_was_stopped_or_has_stopped_is_started_again_by_the_next_message() {
    ActorTestKit kit = ActorTestKit.create();
    TestProbe<String> heard = kit.createTestProbe();
    AtomicInteger lives = new AtomicInteger();
    LocalShards<String> shards =
        new LocalShards<>(
            kit,
            "entities",
            id -> {
              int life = lives.incrementAndGet();
              return Behaviors.receiveMessage(
                  message -> {
                    heard.getRef().tell(id + life + message);
                    return message.equals("stop") ? Behaviors.stopped() : Behaviors.same();
                  });
            },
            (carrier, message) -> message);
    shards.ref().tell(new ShardingEnvelope<>("e", "first"));
    heard.expectMessage("e1first");
    shards.stop("e");
    assertThat(shards.ids()).isEmpty();
    shards.ref().tell(new ShardingEnvelope<>("e", "stop"));
    heard.expectMessage("e2stop");
    shards.stop("e");
    shards.ref().tell(new ShardingEnvelope<>("e", "last"));
    heard.expectMessage("e3last");
    kit.shutdownTestKit();
  }
}

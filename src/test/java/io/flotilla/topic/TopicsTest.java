package io.flotilla.topic;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import io.flotilla.MovedTimers;
import io.flotilla.TestPatience;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client of topics; the test plays the topics and moves the clock. */
class TopicsTest {
  private final ActorTestKit kit =
      ActorTestKit.create(MovedTimers.CONFIG.withFallback(ConfigFactory.load()));
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE); // it overflows
  private final TestProbe<ShardingEnvelope<Topic.Command>> topics = kit.createTestProbe();
  private final Topics door =
      new Topics(
          kit.system(),
          topics.getRef(),
          (after, messages) -> ByteString.emptyByteString(),
          new Topics.Limits(1, 1),
          nanos::get);

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private CompletionStage<Topics.Outcome> publish(String requestId) {
    return door.publish("default", "news", new byte[] {1}, requestId, TIMEOUT);
  }

  private Topic.Publish published() {
    return (Topic.Publish) topics.receiveMessage().message();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    MovedTimers.of(kit.system()).pass(time);
  }

  private static Topics.Outcome outcome(CompletionStage<Topics.Outcome> stage) throws Exception {
    return stage.toCompletableFuture().get(TestPatience.MILLIS, TimeUnit.MILLISECONDS);
  }

  @Test
  void a_message_without_an_answer_is_sent_again_as_the_same_until_its_time_is_over()
      throws Exception {
    CompletionStage<Topics.Outcome> outcome = publish(null);
    String id = published().requestId();
    for (int second = 1; second < TIMEOUT.toSeconds(); second++) {
      pass(Duration.ofSeconds(1));
      assertThat(published().requestId()).isEqualTo(id);
    }
    assertThat(outcome.toCompletableFuture()).isNotDone();
    assertThat(outcome(publish("other"))).isEqualTo(new Topics.Overloaded());
    pass(Duration.ofSeconds(1));
    assertThat(outcome(outcome)).isEqualTo(new Topics.Unknown());
    publish("next");
    assertThat(published().requestId()).isEqualTo("next");
  }

  @Test
  void an_answer_to_a_repetition_is_one() throws Exception {
    CompletionStage<Topics.Outcome> outcome = publish("mine");
    published();
    pass(Duration.ofSeconds(1));
    Position at = new Position("e", 7);
    published().replyTo().tell(new Topic.Published(at));
    assertThat(outcome(outcome)).isEqualTo(new Topics.Taken(at));
  }
}

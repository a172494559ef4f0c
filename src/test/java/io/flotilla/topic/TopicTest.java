package io.flotilla.topic;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TopicTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          "topics",
          ConfigFactory.parseString("akka.actor.provider = local")
              .withFallback(ConfigFactory.parseResources("akka.conf"))
              .withFallback(ConfigFactory.load()));

  private final TestProbe<Topic.Answer> publisher = KIT.createTestProbe();
  private final TestProbe<TopicFeed.Messages> reader = KIT.createTestProbe();

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private static Room room(int topics, long bytes) {
    return new Room(new Room.Limits(topics, bytes, 100, 10_000));
  }

  private Topic.Answer publish(ActorRef<Topic.Command> topic, String id, byte[] data) {
    topic.tell(new Topic.Publish(id, data, publisher.getRef()));
    return publisher.receiveMessage();
  }

  private TopicFeed.Messages read(ActorRef<Topic.Command> topic, Position after, boolean mayWait) {
    topic.tell(new Topic.Read(after, mayWait, reader.getRef()));
    return reader.receiveMessage();
  }

  @Test
  void a_read_waits_for_the_next_message_and_gets_it_once() {
    ActorRef<Topic.Command> topic = KIT.spawn(Topic.create("e", room(1, 10_000)));
    Position start = new Position("e", 0);
    assertThat(read(topic, null, false).end()).isEqualTo(start);
    topic.tell(new Topic.Read(start, true, reader.getRef()));
    topic.tell(new Topic.Read(start, true, reader.getRef()));
    assertThat(publish(topic, "r", new byte[] {1}))
        .isEqualTo(new Topic.Published(new Position("e", 1)));
    assertThat(reader.receiveMessage().items()).containsExactly(new byte[] {1});
    publish(topic, "s", new byte[] {2});
    reader.expectNoMessage(Duration.ofMillis(100));
  }

  @Test
  void places_that_are_not_known_are_a_gap() {
    ActorRef<Topic.Command> topic = KIT.spawn(Topic.create("e", room(1, 700)));
    for (int i = 1; i <= 5; i++) {
      publish(topic, "r" + i, new byte[100]);
    }
    for (String unknown : List.of("e-0", "e-2", "e-6", "other-4")) {
      TopicFeed.Messages answer = read(topic, Position.parse(unknown).orElseThrow(), true);
      assertThat(answer.gap()).as(unknown).isTrue();
      assertThat(answer.from()).isEqualTo(new Position("e", 3));
      assertThat(answer.items()).hasSize(2);
    }
    assertThat(read(topic, new Position("e", 3), true).gap()).isFalse();
  }

  @Test
  void the_topics_of_a_node_share_its_room_and_are_limited_in_number() {
    Room room = room(2, 1_000);
    ActorRef<Topic.Command> first = KIT.spawn(Topic.create("e", room));
    for (int i = 1; i <= 3; i++) {
      publish(first, "r" + i, new byte[100]);
    }
    assertThat(read(first, new Position("e", 0), false).items()).hasSize(3);
    ActorRef<Topic.Command> second = KIT.spawn(Topic.create("f", room));
    assertThat(read(first, new Position("e", 0), false).items()).hasSize(1);
    ActorRef<Topic.Command> third = KIT.spawn(Topic.create("g", room));
    assertThat(publish(third, "r", new byte[1])).isInstanceOf(Topic.NoRoom.class);
    KIT.stop(second);
    ActorRef<Topic.Command> again = KIT.spawn(Topic.create("h", room));
    assertThat(publish(again, "r", new byte[1])).isInstanceOf(Topic.Published.class);
  }

  @Test
  void what_travels_between_nodes_survives_it() {
    var serialization = KIT.serializationTestKit();
    Position place = new Position("e", 7);
    serialization.verifySerialization(new Topic.Read(null, false, reader.getRef()), true);
    serialization.verifySerialization(new Topic.Read(place, true, reader.getRef()), true);
    serialization.verifySerialization(new Topic.Published(place), true);
    serialization.verifySerialization(new Topic.NoRoom(), true);
    Topic.Publish publish =
        serialization.verifySerialization(
            new Topic.Publish("r", new byte[] {1, 2}, publisher.getRef()), false);
    assertThat(publish.data()).containsExactly(1, 2);
    TopicFeed.Messages messages =
        serialization.verifySerialization(
            new TopicFeed.Messages(place, true, place, List.of(new byte[] {3})), false);
    assertThat(messages.items()).containsExactly(new byte[] {3});
  }
}

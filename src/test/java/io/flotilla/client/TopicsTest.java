package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.http.TestServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TopicsTest {
  private static final TestServer SERVER = new TestServer();
  private static final String ADDRESS = SERVER.base().replace("http://", "").replace("/v1", "");

  private final String topic = "t/" + UUID.randomUUID();
  private final BlockingQueue<Topics.Message> received = new LinkedBlockingQueue<>();
  private final List<String> gaps = new CopyOnWriteArrayList<>();

  @AfterAll
  static void end() {
    SERVER.close();
  }

  private final Topics.Listener listener =
      new Topics.Listener() {
        @Override
        public void message(Topics.Message message) {
          received.add(message);
        }

        @Override
        public void gap(String oldest) {
          gaps.add(oldest);
        }
      };

  private Topics.Message next() throws InterruptedException {
    return received.poll(120, TimeUnit.SECONDS);
  }

  @Test
  void messages_come_as_they_were_published_also_those_that_are_no_text() throws Exception {
    byte[] bytes = {0, -1, '\r'};
    try (Flotilla flotilla = PatientClient.connect(ADDRESS)) {
      Topics topics = flotilla.topics("team ç");
      String first = topics.publish(topic, "first").join();
      String lines = topics.publish(topic, "two\nlines\n").join();
      String binary = topics.publish(topic, bytes).join();
      try (Topics.Subscription subscription = topics.subscribe(topic, first, listener)) {
        Topics.Message message = next();
        assertThat(message.id()).isEqualTo(lines);
        assertThat(message.text()).isEqualTo("two\nlines\n");
        message = next();
        assertThat(message.id()).isEqualTo(binary);
        assertThat(message.data()).isEqualTo(bytes);
        assertThat(subscription.lastId()).isEqualTo(binary);
      }
      assertThat(gaps).isEmpty();
    }
  }

  @Test
  void a_subscription_goes_on_at_another_address_and_misses_nothing() throws Exception {
    List<String> moves = new ArrayList<>();
    // Answers with one event, then the connection ends.
    try (Flotilla direct = PatientClient.connect(ADDRESS)) {
      String first = direct.topics().publish(topic, "first").join();
      direct.topics().publish(topic, "second").join();
      try (FakeNode dying =
              FakeNode.answering(200, "id: " + first + "\nevent: message\ndata: first\n\n");
          Flotilla flotilla =
              PatientClient.of(FakeNode.nobody() + "," + dying.address() + "," + ADDRESS)
                  .onFailover((from, to, reason) -> moves.add(to.getAuthority()))
                  .build();
          Topics.Subscription subscription = flotilla.topics().subscribe(topic, listener)) {
        assertThat(next().text()).isEqualTo("first");
        assertThat(next().text()).isEqualTo("second");
        assertThat(moves).containsExactly(dying.address(), ADDRESS);
        assertThat(gaps).isEmpty();
      }
    }
  }

  @Test
  void a_gap_is_told() throws Exception {
    try (Flotilla flotilla = PatientClient.connect(ADDRESS)) {
      String id = flotilla.topics().publish(topic, "kept").join();
      try (Topics.Subscription subscription =
          flotilla.topics().subscribe(topic, "gone-7", listener)) {
        assertThat(next().id()).isEqualTo(id);
        assertThat(gaps).containsExactly(id);
      }
    }
  }

  @Test
  void what_the_server_refuses_is_told_with_its_reason() throws Exception {
    BlockingQueue<String> refused = new LinkedBlockingQueue<>();
    try (Flotilla flotilla = PatientClient.connect(ADDRESS)) {
      Topics.Listener told =
          new Topics.Listener() {
            @Override
            public void message(Topics.Message message) {}

            @Override
            public void refused(FlotillaException reason) {
              refused.add(reason.code());
            }
          };
      flotilla.topics().subscribe(topic, "nonsense", told).join();
      assertThat(refused).containsExactly("bad-parameter");
      assertThatThrownBy(
              () -> Flotilla.await(flotilla.topics().publish(topic, new byte[300 * 1024])))
          .isInstanceOfSatisfying(
              FlotillaException.class, e -> assertThat(e.code()).isEqualTo("body-too-large"));
    }
  }

  @Test
  void a_subscription_that_is_closed_ends_at_once() throws IOException, InterruptedException {
    try (FakeNode silent = FakeNode.silent();
        Flotilla flotilla = Flotilla.connect(silent.address())) {
      Topics.Subscription subscription = flotilla.topics().subscribe(topic, listener);
      subscription.close();
      subscription.join();
    }
  }
}

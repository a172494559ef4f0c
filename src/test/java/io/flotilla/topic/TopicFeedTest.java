package io.flotilla.topic;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import io.flotilla.MovedTimers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The feed between a topic, played by the test, and its subscribers. */
class TopicFeedTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(MovedTimers.CONFIG.withFallback(ConfigFactory.load()));

  private final TestProbe<Topic.Command> topic = KIT.createTestProbe();
  private final TestProbe<String> idle = KIT.createTestProbe();
  private final ActorRef<TopicFeed.Command> feed =
      KIT.spawn(
          Behaviors.supervise(
                  TopicFeed.create(
                      topic.getRef()::tell,
                      TopicFeedTest::encode,
                      () -> idle.getRef().tell("idle")))
              .onFailure(SupervisorStrategy.restart()));

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private static ByteString encode(Position after, List<byte[]> messages) {
    if (messages.stream().anyMatch(m -> new String(m).equals("bad"))) {
      throw new IllegalStateException("as told");
    }
    return ByteString.fromString(
        after + messages.stream().map(m -> " " + new String(m)).collect(Collectors.joining()));
  }

  /** Records what it receives. */
  private static class Told implements Subscriber {
    final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

    @Override
    public void started(Position at) {
      calls.add("started " + at);
    }

    @Override
    public void messages(ByteString encoded) {
      calls.add(encoded.utf8String());
    }

    @Override
    public void gap(Position at) {
      calls.add("gap " + at);
    }

    @Override
    public void lost() {
      calls.add("lost");
    }

    String next() throws InterruptedException {
      return calls.poll(120, TimeUnit.SECONDS);
    }
  }

  private static final class Failing extends Told {
    @Override
    public void messages(ByteString encoded) {
      throw new IllegalStateException("as told");
    }
  }

  private Told join(Position after) {
    return join(new Told(), after);
  }

  private Told join(Told told, Position after) {
    feed.tell(new TopicFeed.Join(told, after));
    return told;
  }

  private static Position at(String id) {
    return Position.parse(id).orElseThrow();
  }

  private static List<byte[]> texts(String... texts) {
    return java.util.Arrays.stream(texts).map(t -> t.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private void says(String after, String... items) {
    feed.tell(new TopicFeed.Messages(at(after), false, at(after), texts(items)));
  }

  private void saysGap(String after, String from, String... items) {
    feed.tell(new TopicFeed.Messages(at(after), true, at(from), texts(items)));
  }

  private void startsAt(String end) {
    expectRead(null);
    feed.tell(new TopicFeed.Messages(null, false, at(end), List.of()));
  }

  private static void pass(int ticks) {
    MovedTimers.of(KIT.system()).pass(TopicFeed.TICK.multipliedBy(ticks));
  }

  /** Reads are repeated after a second: earlier ones aside, this one has arrived now. */
  private void expectRead(String after) {
    pass(1);
    Position wanted = after == null ? null : at(after);
    Position read;
    do {
      read = ((Topic.Read) topic.receiveMessage()).after();
    } while (wanted == null ? read != null : !wanted.equals(read));
  }

  @Test
  void who_begins_now_is_told_from_where_and_then_every_message() throws Exception {
    Told early = join(null);
    startsAt("e-7");
    assertThat(early.next()).isEqualTo("started e-7");
    says("e-7", "a", "b");
    assertThat(early.next()).isEqualTo("e-7 a b");
    Told late = join(null);
    assertThat(late.next()).isEqualTo("started e-9");
    says("e-9", "c");
    assertThat(early.next()).isEqualTo("e-9 c");
    assertThat(late.next()).isEqualTo("e-9 c");
  }

  @Test
  void an_answer_that_comes_twice_is_told_once() throws Exception {
    Told told = join(null);
    startsAt("e-0");
    says("e-0", "a");
    says("e-0", "a");
    says("e-0", "a", "b");
    says("e-1", "b");
    assertThat(told.next()).isEqualTo("started e-0");
    assertThat(told.next()).isEqualTo("e-0 a");
    assertThat(told.next()).isEqualTo("e-1 b");
  }

  @Test
  void who_is_further_back_is_brought_up_and_told_nothing_twice() throws Exception {
    join(null);
    startsAt("e-9");
    Told back = join(at("e-5"));
    expectRead("e-5");
    says("e-5", "6", "7");
    assertThat(back.next()).isEqualTo("e-5 6 7");
    expectRead("e-7");
    // Meanwhile the topic has a tenth message, which the others have not received yet.
    says("e-7", "8", "9", "10");
    assertThat(back.next()).isEqualTo("e-7 8 9");
    says("e-9", "10");
    assertThat(back.next()).isEqualTo("e-9 10");
  }

  @Test
  void who_is_ahead_is_told_nothing_twice() throws Exception {
    Told here = join(null);
    startsAt("e-3");
    assertThat(here.next()).isEqualTo("started e-3");
    Told ahead = join(at("e-5"));
    expectRead("e-5");
    says("e-5");
    says("e-3", "4", "5", "6");
    assertThat(here.next()).isEqualTo("e-3 4 5 6");
    expectRead("e-5");
    says("e-5", "6");
    assertThat(ahead.next()).isEqualTo("e-5 6");
  }

  @Test
  void after_a_move_all_are_told_of_the_gap_whatever_was_asked_first() throws Exception {
    Told live = join(null);
    startsAt("e-3");
    assertThat(live.next()).isEqualTo("started e-3");
    Told back = join(at("e-1"));
    expectRead("e-1");
    saysGap("e-1", "f-0", "new");
    saysGap("e-3", "f-0", "new");
    assertThat(live.next()).isEqualTo("gap f-0");
    assertThat(live.next()).isEqualTo("f-0 new");
    expectRead("e-1");
    saysGap("e-1", "f-0", "new");
    assertThat(back.next()).isEqualTo("gap f-0");
    assertThat(back.next()).isEqualTo("f-0 new");
    says("f-1", "more");
    assertThat(live.next()).isEqualTo("f-1 more");
    assertThat(back.next()).isEqualTo("f-1 more");
  }

  @Test
  void a_subscriber_that_fails_is_let_go_and_the_others_are_told_everything() throws Exception {
    Told first = join(null);
    Told failing = join(new Failing(), null);
    Told last = join(null);
    startsAt("e-7");
    says("e-7", "a");
    says("e-8", "b");
    for (Told told : List.of(first, last)) {
      assertThat(told.next()).isEqualTo("started e-7");
      assertThat(told.next()).isEqualTo("e-7 a");
      assertThat(told.next()).isEqualTo("e-8 b");
    }
    assertThat(failing.next()).isEqualTo("started e-7");
    assertThat(failing.next()).isEqualTo("lost");
    assertThat(failing.calls).isEmpty();
  }

  @Test
  void a_feed_that_fails_tells_its_subscribers_and_serves_those_who_come_after() throws Exception {
    Told lost = join(null);
    startsAt("e-7");
    assertThat(lost.next()).isEqualTo("started e-7");
    says("e-7", "bad");
    assertThat(lost.next()).isEqualTo("lost");
    Told again = join(at("e-8"));
    startsAt("e-8");
    says("e-8", "good");
    assertThat(again.next()).isEqualTo("e-8 good");
    assertThat(lost.calls).isEmpty();
  }

  @Test
  void a_feed_without_subscribers_says_so_and_stops() {
    Told told = join(null);
    startsAt("e-0");
    feed.tell(new TopicFeed.Leave(told));
    pass(6);
    idle.receiveMessage();
    idle.expectTerminated(feed, Duration.ofSeconds(60));
  }
}

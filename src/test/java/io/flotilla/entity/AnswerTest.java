package io.flotilla.entity;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import com.typesafe.config.ConfigFactory;
import io.flotilla.kv.Entry;
import io.flotilla.kv.KvResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** However much a batch asks for, the amount sent at a time is bounded. */
class AnswerTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ConfigFactory.parseString("akka.actor.provider = local"));

  private final TestProbe<Gateway.FromEntity> gateway = KIT.createTestProbe();
  private final AtomicLong nanos = new AtomicLong();
  private final Views views = new Views(8 * 1000, nanos::get);

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private static KvResult.Entries entries(int count, int bytes) {
    return new KvResult.Entries(
        7,
        IntStream.range(0, count)
            .mapToObj(i -> new Entry("k" + i, new byte[bytes], 0, 7, 7, 0, null, 0))
            .toList());
  }

  private List<Result> sent(List<Answer.Part> parts) {
    new Answer(1, 2, parts, views, (to, message, bytes) -> to.tell(message))
        .send(gateway.getRef(), 1);
    List<Result> results = new ArrayList<>();
    while (true) {
      Gateway.Answered message = (Gateway.Answered) gateway.receiveMessage();
      message.pieces().forEach(p -> results.add(p.result()));
      if (message.last()) {
        return results;
      }
    }
  }

  private static Answer.Part decided(Result result) {
    return new Answer.Decided(result);
  }

  private Result page(Operation.More more) {
    return sent(List.of(new Answer.NextPage(views, more))).get(0);
  }

  @Test
  void ofALongListOnlyAPageLeavesAndTheRestFollowsWhenAsked() {
    views.begin(2);
    KvResult.Entries all = entries(500, 5_000);
    Result next = sent(List.of(decided(all))).get(0);
    List<Object> items = new ArrayList<>();
    while (next instanceof Result.Begun begun) {
      assertThat(begun.bytes()).isLessThan(Answer.PAGE_BYTES + 10_000);
      items.addAll(begun.run().items());
      next = page(begun.rest());
    }
    items.addAll(((Result.Many<?>) next).items());
    assertThat(items).isEqualTo(all.items());
  }

  @Test
  void aFullAnswerPutsOffReadsAndBeginsWhatWasDecidedWithoutItems() {
    views.begin(2);
    List<Answer.Part> parts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      parts.add(decided(entries(2, 250_000)));
    }
    parts.add(new Answer.NextPage(views, new Operation.More(2, 1, 1)));
    parts.add(decided(new Result.Done(true, 8)));
    List<Result> results = sent(parts);
    assertThat(results.subList(0, 3)).allMatch(Result.Many.class::isInstance);
    assertThat(results.subList(3, 5))
        .allMatch(r -> r instanceof Result.Begun begun && begun.run().items().isEmpty());
    assertThat(results.stream().mapToLong(Result::bytes).sum()).isLessThan(3 << 20);
    assertThat(results.get(5)).isInstanceOf(Result.Later.class);
    assertThat(results.get(6)).isEqualTo(new Result.Done(true, 8));
  }

  @Test
  void whatAnotherIncarnationBeganIsLost() {
    views.begin(2);
    Result.Begun begun = (Result.Begun) sent(List.of(decided(entries(500, 5_000)))).get(0);
    views.begin(3);
    assertThat(page(begun.rest())).isInstanceOf(Result.Refused.class);
    assertThat(((Result.Refused) page(begun.rest())).code()).isEqualTo("answer-lost");
  }

  @Test
  void listsThatAreReadMakeRoomAndThoseThatAreNotDoNot() {
    views.begin(2);
    Result first = sent(List.of(decided(entries(600, 5_000)))).get(0);
    assertThat(sent(List.of(decided(entries(600, 5_000)))).get(0))
        .as("there is no room for a second one")
        .isInstanceOf(Result.Refused.class);
    for (Result next = first; next instanceof Result.Begun begun; ) {
      next = page(begun.rest());
    }
    assertThat(sent(List.of(decided(entries(600, 5_000)))).get(0)).isInstanceOf(Result.Begun.class);
  }

  @Test
  void aListThatIsNotReadOnIsForgottenAfterTwoMinutes() {
    views.begin(2);
    Result.Begun begun = (Result.Begun) sent(List.of(decided(entries(600, 5_000)))).get(0);
    nanos.addAndGet(Duration.ofSeconds(119).toNanos());
    assertThat(views.forgetIdle()).as("something is left").isTrue();
    Result.Begun next = (Result.Begun) page(begun.rest());
    nanos.addAndGet(Duration.ofSeconds(119).toNanos());
    assertThat(page(next.rest())).isInstanceOf(Result.Begun.class);
    nanos.addAndGet(Duration.ofSeconds(121).toNanos());
    assertThat(views.forgetIdle()).as("something is left").isFalse();
    assertThat(((Result.Refused) page(next.rest())).code()).isEqualTo("answer-lost");
    assertThat(sent(List.of(decided(entries(600, 5_000)))).get(0)).isInstanceOf(Result.Begun.class);
  }
}

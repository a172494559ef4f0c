package io.flotilla.http;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import io.flotilla.memory.Budget;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EventStreamTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ConfigFactory.parseString("akka.actor.provider = local"));

  private final Budget budget = new Budget("answers", 80_000);
  private final AtomicReference<EventStream> stream = new AtomicReference<>();
  private final AtomicInteger left = new AtomicInteger();
  private final HttpResponse response =
      EventStream.answer(
          KIT.system(),
          new PendingEvents(budget),
          "You are too slow.",
          s -> {
            stream.set(s);
            return left::incrementAndGet;
          });

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  @Test
  @Timeout(600)
  void to_a_client_that_is_gone_nothing_is_sent_and_nothing_happens() throws Exception {
    response.entity().getDataBytes().runWith(Sink.head(), KIT.system());
    // First because the stream has ended, then because the client turned out to be gone.
    while (left.get() < 2) {
      stream.get().send(ByteString.fromString("late"));
    }
    stream.get().send(ByteString.fromString("later"));
    stream.get().end(ByteString.fromString("end"));
    stream.get().end();
  }

  @Test
  void what_waits_counts_as_memory_until_it_is_taken() throws Exception {
    ByteString events = ByteString.fromString("x".repeat(3_000));
    for (int i = 0; i < 3; i++) {
      stream.get().send(events);
    }
    assertThat(budget.used()).as("the same events count once").isEqualTo(3_000);
    assertThat(left).hasValue(0);
    stream.get().send(ByteString.fromString("y".repeat(3_000)));
    assertThat(left).as("more than an eighth of the memory").hasValue(1);
    CompletableFuture<ByteString> all =
        response
            .entity()
            .getDataBytes()
            .runFold(ByteString.emptyByteString(), ByteString::concat, KIT.system())
            .toCompletableFuture();
    assertThat(all.get(120, TimeUnit.SECONDS).utf8String())
        .contains("x".repeat(9_000))
        .contains("event: slow")
        .doesNotContain("yyy");
    Awaitility.await().until(() -> budget.used() == 0);
  }

  @Test
  void what_waits_is_forgotten_with_its_client() {
    stream.get().send(ByteString.fromString("x".repeat(3_000)));
    response.entity().getDataBytes().runWith(Sink.cancelled(), KIT.system());
    Awaitility.await().until(() -> budget.used() == 0);
    stream.get().send(ByteString.fromString("late"));
    assertThat(budget.used()).isZero();
  }

  @Test
  void an_answer_ends_once_with_what_was_said_first() throws Exception {
    CompletableFuture<ByteString> all =
        response
            .entity()
            .getDataBytes()
            .runFold(ByteString.emptyByteString(), ByteString::concat, KIT.system())
            .toCompletableFuture();
    stream.get().send(ByteString.fromString("one "));
    stream.get().end(ByteString.fromString("last"));
    stream.get().end(ByteString.fromString("other"));
    stream.get().send(ByteString.fromString("late"));
    assertThat(all.get(120, TimeUnit.SECONDS).utf8String()).endsWith("\n\none last");
  }
}

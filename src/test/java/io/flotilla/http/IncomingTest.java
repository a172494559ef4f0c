package io.flotilla.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntity;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import io.flotilla.TestPatience;
import io.flotilla.memory.Account;
import io.flotilla.memory.Budget;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A body that arrives before anybody has asked for it, or too much of it, or less than was said.
 */
class IncomingTest {
  private static final int READ = Line.READ_BYTES;

  private final Budget budget = new Budget("bodies", 100_000);
  private final Account account = new Account(budget);

  private Incoming body(long declared) {
    return new Incoming(ContentTypes.NO_CONTENT_TYPE, declared, account, Runnable::run, () -> {});
  }

  private static String told(CompletionStage<HttpEntity.Strict> whole) {
    return whole
        .handle(
            (body, failure) ->
                failure == null ? body.getData().utf8String() : ((ApiError) failure).code())
        .toCompletableFuture()
        .getNow("nothing yet");
  }

  @Test
  void a_whole_one_counts_as_memory_until_the_request_is_answered() {
    Incoming body = body(10);
    CompletionStage<HttpEntity.Strict> whole = body.whole(10);
    body.add("hello".getBytes(UTF_8));
    assertThat(told(whole)).isEqualTo("nothing yet");
    body.add("world".getBytes(UTF_8));
    body.end();
    assertThat(told(whole)).isEqualTo("helloworld");
    assertThat(budget.used()).isEqualTo(10);
    account.close();
    assertThat(budget.used()).isZero();
  }

  @Test
  void what_was_there_before_anybody_asked_is_limited_and_counted_too() {
    Incoming large = body(-1);
    large.add(new byte[11]);
    large.end();
    assertThat(told(large.whole(10))).isEqualTo("body-too-large");
    Incoming much = body(-1);
    much.add(new byte[100_001]);
    much.end();
    assertThat(told(much.whole(1 << 20))).isEqualTo("overloaded");
    assertThat(budget.used()).isZero();
  }

  @Test
  void many_small_parts_share_the_memory_of_a_few_large_ones() {
    Pieces pieces = new Pieces();
    StringBuilder sent = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      String part = Integer.toString(i);
      sent.append(part);
      pieces.add(part.getBytes(UTF_8));
    }
    int first = pieces.next().size();
    assertThat(first).isBetween(READ / 2, READ);
    assertThat(pieces.bytes()).isEqualTo(sent.length() - first);
    assertThat(pieces.all().utf8String()).isEqualTo(sent.substring(first));
    assertThat(pieces.bytes()).isZero();
  }

  @Test
  void one_that_says_that_it_is_too_large_is_not_read() {
    Incoming body = body(11);
    assertThat(told(body.whole(10))).isEqualTo("body-too-large");
    assertThat(body.wantsMore()).isFalse();
    assertThat(body.isAwaited()).as("its end").isFalse();
  }

  @Test
  void little_is_taken_ahead_and_little_is_dropped() {
    Incoming body = body(1 << 20);
    body.add(new byte[READ - 1]);
    assertThat(body.wantsMore()).isTrue();
    body.add(new byte[1]);
    assertThat(body.wantsMore()).as("until somebody asks").isFalse();
    body.drop();
    assertThat(body.isAwaited()).as("the rest of a megabyte").isFalse();
    Incoming small = body(100);
    small.drop();
    assertThat(small.isAwaited()).isTrue();
    assertThat(small.wantsMore()).isTrue();
    small.fail(Incoming.endedEarly());
    assertThat(small.isAwaited()).isFalse();
  }

  @Test
  void a_stream_is_read_as_far_as_it_is_asked_for() {
    Incoming body = body(3L * READ);
    body.stream();
    body.add(new byte[READ]);
    assertThat(body.wantsMore()).isFalse();
    Taker taker = new Taker();
    body.subscribe(taker);
    assertThat(taker.taken).isZero();
    taker.subscription.request(2);
    assertThat(taker.taken).isEqualTo(READ);
    assertThat(body.wantsMore()).isTrue();
    body.add(new byte[READ]);
    assertThat(body.wantsMore()).isFalse();
    taker.subscription.request(1);
    body.add(new byte[READ]);
    body.end();
    assertThat(taker.taken).isEqualTo(3L * READ);
    assertThat(taker.end).isEqualTo("complete");
  }

  @Test
  void a_stream_that_ends_early_fails_after_what_has_come() {
    Incoming body = body(10);
    body.stream();
    body.add(new byte[5]);
    Taker taker = new Taker();
    body.subscribe(taker);
    taker.subscription.request(1);
    body.fail(Incoming.endedEarly());
    assertThat(taker.taken).isEqualTo(5);
    assertThat(taker.end).isEqualTo("body-incomplete");
  }

  /** Who took what is left for all there is would pass on half a body as a whole one. */
  @Test
  void a_stream_that_nobody_wanted_any_more_does_not_look_complete() {
    Incoming body = body(-1);
    body.stream();
    body.add(new byte[5]);
    body.drop();
    body.end();
    assertThat(body.entity().isStrict()).isFalse();
    Taker taker = new Taker();
    body.subscribe(taker);
    taker.subscription.request(1);
    assertThat(taker.taken).isZero();
    assertThat(taker.end).isEqualTo("body-incomplete");
  }

  @Test
  void a_stream_takes_no_more_than_a_part_before_it_is_wanted() throws Exception {
    ActorTestKit kit = ActorTestKit.create();
    ExecutorService loop = Executors.newSingleThreadExecutor();
    try {
      Incoming body = new Incoming(ContentTypes.NO_CONTENT_TYPE, -1, account, loop, () -> {});
      loop.submit(() -> add(body, 10)).get();
      CompletableFuture<ByteString> first = new CompletableFuture<>();
      body.entity()
          .getDataBytes()
          .mapAsync(
              1,
              part -> {
                first.complete(part);
                return new CompletableFuture<ByteString>();
              })
          .runWith(Sink.ignore(), kit.system());
      assertThat(first.get(TestPatience.MILLIS, TimeUnit.MILLISECONDS).size()).isEqualTo(READ);
      assertThat(loop.submit(body::wantsMore).get()).as("besides what is there").isFalse();
    } finally {
      kit.shutdownTestKit();
      loop.shutdownNow();
    }
  }

  private static void add(Incoming body, int parts) {
    body.stream();
    for (int i = 0; i < parts; i++) {
      body.add(new byte[READ]);
    }
  }

  private static final class Taker implements org.reactivestreams.Subscriber<ByteString> {
    private org.reactivestreams.Subscription subscription;
    private long taken;
    private String end = "";

    @Override
    public void onSubscribe(org.reactivestreams.Subscription to) {
      subscription = to;
    }

    @Override
    public void onNext(ByteString bytes) {
      taken += bytes.size();
    }

    @Override
    public void onError(Throwable failure) {
      end = ((ApiError) failure).code();
    }

    @Override
    public void onComplete() {
      end = "complete";
    }
  }
}

package io.flotilla.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.TestProbe;
import io.flotilla.TestPatience;
import io.flotilla.entity.DecidedState;
import io.flotilla.entity.Gateway;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Ops;
import io.flotilla.entity.Refusal;
import io.flotilla.entity.RequestId;
import io.flotilla.entity.Result;
import io.flotilla.entity.Transit;
import io.flotilla.entity.Wait;
import io.flotilla.examples.counter.CounterOp.Add;
import io.flotilla.examples.counter.CounterOp.Get;
import io.flotilla.examples.counter.CounterState.Count;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Each test has a namespace of its own: in it, the first change has index 2. */
class CounterTest {
  private static final CounterNode NODE = new CounterNode();

  /** Longer than a test waits: it never ends because this time is over. */
  private static final Duration LONG = TestPatience.PATIENCE.multipliedBy(10);

  @AfterAll
  static void end() {
    NODE.close();
  }

  private static CompletionStage<Count> add(String namespace, String name, long by) {
    return NODE.client.write(namespace, new Add(name, by), null, LONG);
  }

  private static CompletionStage<Count> get(String namespace, String name) {
    return NODE.client.read(namespace, new Get(name), LONG);
  }

  private static <R> R result(CompletionStage<R> answer) throws Exception {
    return answer.toCompletableFuture().get(TestPatience.MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Refusal refusal(CompletionStage<?> answer) throws Exception {
    return Refusal.of(result(answer.handle((ok, failure) -> failure)));
  }

  @Test
  void counters_of_a_namespace_count_apart() throws Exception {
    assertThat(result(add("apart", "a", 5))).isEqualTo(new Count(2, 5));
    assertThat(result(add("apart", "b", 1))).isEqualTo(new Count(3, 1));
    assertThat(result(add("apart", "a", -7))).isEqualTo(new Count(4, -2));
    assertThat(result(get("apart", "a"))).isEqualTo(new Count(4, -2));
    assertThat(result(get("apart", "b"))).isEqualTo(new Count(3, 1));
  }

  @Test
  void a_namespace_that_nobody_added_to_stands_at_0_and_stores_nothing() throws Exception {
    assertThat(result(get("unknown", "a"))).isEqualTo(new Count(1, 0));
    assertThat(NODE.events("unknown")).isZero();
  }

  @Test
  void a_batch_that_is_repeated_is_counted_once() throws Exception {
    result(add("repeated", "a", 1));
    TestProbe<Gateway.FromEntity> lost = NODE.loseAnswers();
    CompletionStage<Count> answer = add("repeated", "a", 5);
    Gateway.Answered first = lost.expectMessageClass(Gateway.Answered.class);
    Gateway.Answered second = lost.expectMessageClass(Gateway.Answered.class);
    NODE.loseNoMoreAnswers();
    assertThat(second.attempt()).isGreaterThan(first.attempt());
    assertThat(second.pieces()).isEqualTo(first.pieces());
    assertThat(result(answer)).isEqualTo(new Count(3, 6));
    assertThat(result(get("repeated", "a"))).isEqualTo(new Count(3, 6));
    assertThat(NODE.events("repeated")).isEqualTo(2);
  }

  @Test
  void a_batch_that_is_repeated_after_a_fail_over_is_counted_once() throws Exception {
    result(add("moved", "a", 1));
    TestProbe<Gateway.FromEntity> lost = NODE.loseAnswers();
    CompletionStage<Count> answer = add("moved", "a", 5);
    lost.expectMessageClass(Gateway.Answered.class);
    NODE.failOver("moved");
    NODE.loseNoMoreAnswers();
    assertThat(result(answer)).isEqualTo(new Count(3, 6));
    assertThat(result(get("moved", "a"))).isEqualTo(new Count(3, 6));
    assertThat(NODE.events("moved")).isEqualTo(2);
  }

  @Test
  void counts_survive_the_actor() throws Exception {
    result(add("survives", "a", 5));
    result(add("survives", "b", 6));
    NODE.failOver("survives");
    assertThat(result(get("survives", "a"))).isEqualTo(new Count(2, 5));
    assertThat(result(add("survives", "b", 1))).isEqualTo(new Count(4, 7));
  }

  @Test
  void a_read_that_waits_is_woken_by_its_counter() throws Exception {
    Count seen = result(add("waits", "a", 1));
    CompletionStage<Count> news =
        NODE.client.read("waits", new Get("a"), LONG, Wait.atMost(seen.index(), LONG));
    result(add("waits", "b", 1));
    assertThat(news.toCompletableFuture()).isNotDone();
    result(add("waits", "a", 1));
    assertThat(result(news)).isEqualTo(new Count(4, 2));
  }

  @Test
  void a_request_id_is_answered_as_before_also_after_a_fail_over() throws Exception {
    RequestId id = new RequestId("mine", 1);
    Count first = result(NODE.client.write("ids", new Add("a", 5), id, LONG));
    result(add("ids", "a", 1));
    assertThat(result(NODE.client.write("ids", new Add("a", 5), id, LONG))).isEqualTo(first);
    NODE.failOver("ids");
    assertThat(result(NODE.client.write("ids", new Add("a", 5), id, LONG))).isEqualTo(first);
    assertThat(result(get("ids", "a"))).isEqualTo(new Count(3, 6));
    RequestId reused = new RequestId("mine", 2);
    assertThat(refusal(NODE.client.write("ids", new Add("a", 9), reused, LONG)).code())
        .isEqualTo("request-id-reused");
  }

  @Test
  void overflow_is_refused_and_changes_nothing() throws Exception {
    Count most = result(add("overflow", "a", Long.MAX_VALUE));
    Count least = result(add("overflow", "b", Long.MIN_VALUE));
    assertThat(refusal(add("overflow", "a", 1)).code()).isEqualTo("overflow");
    assertThat(refusal(add("overflow", "b", -1)).code()).isEqualTo("overflow");
    assertThat(result(get("overflow", "a"))).isEqualTo(most);
    assertThat(result(get("overflow", "b"))).isEqualTo(least);
    assertThat(NODE.events("overflow")).isEqualTo(2);
    assertThat(result(add("overflow", "a", -1))).isEqualTo(new Count(4, Long.MAX_VALUE - 1));
  }

  @Test
  void what_is_decided_is_what_the_log_makes_of_it() {
    long[] now = {1_000_000};
    DecidedState<CounterState, Added> decided =
        new DecidedState<>(
            CounterState.empty(), state -> new CounterDraft(state, new Moment(now[0], now[0])));
    List<Operation<?>> batch =
        List.of(
            new Get("a"),
            Ops.once(new Add("a", 5), "id"),
            new Add("b", -5),
            Ops.once(new Add("a", 5), "id"),
            Ops.news(new Get("a"), 2),
            new Add("a", Long.MAX_VALUE));
    for (int i = 0; i < 3; i++) {
      decided.batch(batch);
      now[0] += 400_000; // the id is forgotten in between
    }
  }

  @Test
  void what_is_said_to_a_counter_arrives_on_another_node() {
    List<Operation<?>> ops =
        List.of(Ops.news(new Get("a"), 2), Ops.once(new Add("a", Long.MIN_VALUE), "id"));
    Result count = new Count(2, Long.MAX_VALUE);
    try (Transit transit = new Transit()) {
      assertThat(transit.operations(ops)).isEqualTo(ops);
      assertThat(transit.result(count)).isEqualTo(count);
      assertThatThrownBy(() -> transit.bytes(new Added(2, "a", 5)))
          .hasMessageContaining("Added"); // it is stored, and never sent
    }
  }
}

package io.flotilla.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.Address;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import io.flotilla.kv.KeyOp;
import io.flotilla.kv.KvResult;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayTest {
  private static final ActorTestKit KIT = ActorTestKit.create(MovedTime.CONFIG);

  /** Longer than a batch waits for its answer before it is sent again. */
  private static final Duration RESEND = Duration.ofMillis(400);

  private final MovedTime time = new MovedTime(KIT);

  private final TestProbe<EntityActor.Command> keySpace = KIT.createTestProbe();
  private final ActorRef<Gateway.Command> gateway =
      KIT.spawn(Gateway.create(keySpace.getRef()::tell, () -> {}, time::nanos));

  @AfterEach
  void stop() {
    KIT.stop(gateway);
  }

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private CompletableFuture<Result> ask(Operation<?> op) {
    return ask(op, Duration.ofSeconds(30), Duration.ZERO);
  }

  private CompletableFuture<Result> ask(Operation<?> op, Duration timeout, Duration wait) {
    return ask(gateway, op, timeout, wait);
  }

  private CompletableFuture<Result> ask(
      ActorRef<Gateway.Command> gateway, Operation<?> op, Duration timeout, Duration wait) {
    CompletableFuture<Result> answer = new CompletableFuture<>();
    long now = time.nanos();
    gateway.tell(
        new Gateway.Request(
            op,
            now + timeout.toNanos() + wait.toNanos(),
            now + wait.toNanos(),
            new CompletableFuture<>(),
            answer));
    return answer;
  }

  private static KeyOp.Put put(int i) {
    return new KeyOp.Put("k" + i, new byte[] {(byte) i}, 0, OptionalLong.empty(), 0);
  }

  private EntityActor.Batch batch() {
    EntityActor.Command command = keySpace.receiveMessage();
    return command instanceof EntityActor.Batch b ? b : batch();
  }

  private static void answer(EntityActor.Batch b, Result... results) {
    List<Gateway.Piece> pieces =
        IntStream.range(0, results.length).mapToObj(i -> new Gateway.Piece(i, results[i])).toList();
    b.replyTo()
        .tell(new Gateway.Answered(b.number(), b.incarnation(), b.attempt(), 0, pieces, true));
  }

  @Test
  void what_waits_while_a_batch_is_under_way_leaves_together() {
    ask(put(0));
    EntityActor.Batch first = batch();
    List<CompletableFuture<Result>> rest =
        IntStream.range(1, 50).mapToObj(i -> ask(put(i))).toList();
    answer(first, new Result.Done(true, 2));
    EntityActor.Batch second = batch();
    assertThat(second.ops()).hasSize(49);
    assertThat(second.number()).isGreaterThan(first.number());
    answer(
        second,
        IntStream.range(1, 50).mapToObj(i -> new Result.Done(true, 2 + i)).toArray(Result[]::new));
    for (int i = 1; i < 50; i++) {
      assertThat(rest.get(i - 1).join()).isEqualTo(new Result.Done(true, 2 + i));
    }
  }

  @Test
  void equal_reads_share_a_place_but_equal_writes_do_not() {
    ask(put(0));
    EntityActor.Batch first = batch();
    ask(new KeyOp.Get("a"));
    ask(new KeyOp.Get("a"));
    ask(new KeyOp.Delete("a", OptionalLong.empty(), 0));
    ask(new KeyOp.Delete("a", OptionalLong.empty(), 0));
    answer(first, new Result.Done(true, 2));
    assertThat(batch().ops()).hasSize(3);
  }

  @Test
  void a_batch_without_an_answer_is_sent_again_with_the_same_number() {
    CompletableFuture<Result> answer = ask(put(1));
    EntityActor.Batch lost = batch();
    time.pass(RESEND);
    EntityActor.Batch again = batch();
    assertThat(again.number()).isEqualTo(lost.number());
    assertThat(again.attempt()).isEqualTo(lost.attempt() + 1);
    answer(again, new Result.Done(true, 2));
    assertThat(answer.join()).isEqualTo(new Result.Done(true, 2));
  }

  @Test
  void a_gateway_that_was_idle_looks_after_its_next_batch_as_closely_as_after_the_first() {
    CompletableFuture<Result> first = ask(put(1));
    answer(batch(), new Result.Done(true, 2));
    first.join();
    time.pass(RESEND); // now it finds itself idle
    ask(put(2));
    long number = batch().number();
    time.pass(RESEND);
    assertThat(batch().number()).as("sent again").isEqualTo(number);
  }

  @Test
  void an_answer_in_parts_counts_only_when_all_of_one_attempt_are_there() {
    ask(put(0));
    EntityActor.Batch opening = batch();
    CompletableFuture<Result> x = ask(new KeyOp.Get("x"));
    CompletableFuture<Result> y = ask(new KeyOp.Get("y"));
    answer(opening, new Result.Done(true, 2));
    EntityActor.Batch b = batch();
    Gateway.Piece first = new Gateway.Piece(0, new KvResult.Entries(3, List.of()));
    Gateway.Piece second = new Gateway.Piece(1, new KvResult.Entries(4, List.of()));
    ActorRef<Gateway.FromEntity> to = b.replyTo();
    to.tell(new Gateway.Answered(b.number(), 0, 1, 0, List.of(first), false));
    to.tell(new Gateway.Answered(b.number(), 0, 2, 1, List.of(second), true));
    to.tell(new Gateway.Answered(b.number(), 0, 2, 0, List.of(first), false));
    to.tell(new Gateway.Answered(b.number(), 0, 2, 1, List.of(second), true));
    assertThat(x.join()).isEqualTo(new KvResult.Entries(3, List.of()));
    assertThat(y.join()).isEqualTo(new KvResult.Entries(4, List.of()));
  }

  @Test
  void a_read_that_found_no_room_in_the_answer_is_asked_again() {
    ask(put(0));
    EntityActor.Batch opening = batch();
    CompletableFuture<Result> x = ask(new KeyOp.Get("x"));
    CompletableFuture<Result> y = ask(new KeyOp.Get("y"));
    answer(opening, new Result.Done(true, 2));
    answer(batch(), new KvResult.Entries(3, List.of()), new Result.Later());
    assertThat(x.join()).isEqualTo(new KvResult.Entries(3, List.of()));
    EntityActor.Batch again = batch();
    assertThat(again.ops()).containsExactly(new KeyOp.Get("y"));
    answer(again, new KvResult.Entries(4, List.of()));
    assertThat(y.join()).isEqualTo(new KvResult.Entries(4, List.of()));
  }

  @Test
  void another_incarnation_gets_the_batch_anew_under_its_own_number() {
    CompletableFuture<Result> answer = ask(put(1));
    EntityActor.Batch b = batch();
    b.replyTo().tell(new Gateway.OtherIncarnation(9));
    EntityActor.Batch again = batch();
    assertThat(again.incarnation()).isEqualTo(9);
    assertThat(again.number()).isEqualTo(b.number());
    answer(b, new Result.Done(false, 2)); // of the old incarnation: no longer counts
    answer(again, new Result.Done(true, 2));
    assertThat(answer.join()).isEqualTo(new Result.Done(true, 2));
  }

  @Test
  void what_was_sent_to_an_incarnation_that_ends_is_sent_to_the_next_at_once() {
    CompletableFuture<Result> answer = ask(put(1));
    EntityActor.Batch b = batch();
    b.replyTo().tell(new Gateway.OtherIncarnation(9));
    assertThat(batch().incarnation()).isEqualTo(9);
    b.replyTo().tell(Gateway.OtherIncarnation.UNKNOWN);
    EntityActor.Batch again = batch();
    assertThat(again.incarnation()).isZero();
    assertThat(again.number()).isEqualTo(b.number());
    b.replyTo().tell(new Gateway.OtherIncarnation(10));
    EntityActor.Batch last = batch();
    assertThat(last.incarnation()).isEqualTo(10);
    answer(last, new Result.Done(true, 2));
    assertThat(answer.join()).isEqualTo(new Result.Done(true, 2));
  }

  // ---- straight to the entity

  private final TestProbe<EntityActor.Command> home = KIT.createTestProbe();

  private void writes(EntityActor.Batch b, CompletableFuture<Result> write) {
    answer(b, new Result.Done(true, 2));
    assertThat(write.join()).isEqualTo(new Result.Done(true, 2));
  }

  private EntityActor.Batch straight() {
    return (EntityActor.Batch) home.receiveMessage();
  }

  /** It learns where the entity lives as it learns its incarnation. */
  private void knowsHome() {
    CompletableFuture<Result> first = ask(put(1));
    batch().replyTo().tell(new Gateway.OtherIncarnation(9, home.getRef()));
    writes(batch(), first);
    CompletableFuture<Result> second = ask(put(2));
    writes(straight(), second);
  }

  @Test
  void what_gets_no_answer_there_goes_through_the_shard() {
    knowsHome();
    CompletableFuture<Result> write = ask(put(3));
    EntityActor.Batch lost = straight();
    time.pass(RESEND);
    EntityActor.Batch again = batch();
    assertThat(again.number()).isEqualTo(lost.number());
    writes(again, write);
  }

  @Test
  void once_a_minute_the_shard_learns_that_the_entity_is_in_use() {
    knowsHome();
    time.pass(Duration.ofSeconds(61));
    CompletableFuture<Result> through = ask(put(3));
    writes(batch(), through);
    CompletableFuture<Result> then = ask(put(4));
    writes(straight(), then);
  }

  @Test
  void where_an_incarnation_lived_that_has_ended_nothing_is_sent() {
    knowsHome();
    gateway.tell(Gateway.OtherIncarnation.UNKNOWN);
    CompletableFuture<Result> write = ask(put(3));
    writes(batch(), write);
  }

  @Test
  void nor_to_a_node_that_is_gone() {
    knowsHome();
    gateway.tell(new Gateway.NodeGone(Set.of(new Address("akka", "flotilla", "other", 1))));
    CompletableFuture<Result> still = ask(put(3));
    writes(straight(), still);
    gateway.tell(new Gateway.NodeGone(Set.of(home.getRef().path().address())));
    CompletableFuture<Result> write = ask(put(4));
    writes(batch(), write);
  }

  @Test
  void a_write_that_was_sent_and_not_answered_in_time_has_an_unknown_outcome() {
    CompletableFuture<Result> sent = ask(put(1), Duration.ofMillis(300), Duration.ZERO);
    batch();
    CompletableFuture<Result> unsent = ask(put(2), Duration.ofMillis(300), Duration.ZERO);
    time.pass(Duration.ofMillis(300));
    assertThat(((Result.Refused) sent.join()).code()).isEqualTo("outcome-unknown");
    assertThat(((Result.Refused) unsent.join()).code()).isEqualTo("unavailable");
  }

  @Test
  void a_gateway_that_fails_answers_whom_it_looked_after_and_mixes_up_no_answers() {
    AtomicBoolean fail = new AtomicBoolean();
    ActorRef<Gateway.Command> failing =
        KIT.spawn(
            Behaviors.supervise(
                    Gateway.create(
                        command -> {
                          if (fail.getAndSet(false)) {
                            throw new IllegalStateException("as told");
                          }
                          keySpace.getRef().tell(command);
                        },
                        () -> {},
                        time::nanos))
                .onFailure(SupervisorStrategy.restart()));
    CompletableFuture<Result> parked =
        ask(
            failing,
            new Operation.News<>(new KeyOp.Get("a"), 5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30));
    answer(batch(), new Result.Unchanged(5, Interest.key("a")));
    CompletableFuture<Result> write = ask(failing, put(1), Duration.ofDays(1), Duration.ZERO);
    EntityActor.Batch lost = batch();
    CompletableFuture<Result> unsent = ask(failing, put(2), Duration.ofDays(1), Duration.ZERO);
    fail.set(true); // when the batch is sent again
    time.pass(RESEND);
    assertThat(((Result.Refused) write.join()).code()).isEqualTo("outcome-unknown");
    assertThat(((Result.Refused) unsent.join()).code()).isEqualTo("unavailable");
    assertThat(((Result.Refused) parked.join()).code()).isEqualTo("unavailable");

    CompletableFuture<Result> next = ask(failing, put(3), Duration.ofDays(1), Duration.ZERO);
    EntityActor.Batch after = batch();
    assertThat(after.gateway()).isEqualTo(lost.gateway());
    assertThat(after.number()).isGreaterThan(lost.number());
    answer(lost, new Result.Done(false, 9));
    answer(after, new Result.Done(true, 10));
    assertThat(next.join()).isEqualTo(new Result.Done(true, 10));
  }

  @Test
  void a_watcher_reads_again_when_its_key_has_changed() {
    CompletableFuture<Result> answer =
        ask(
            new Operation.News<>(new KeyOp.Get("a"), 5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30));
    EntityActor.Batch b = batch();
    answer(b, new Result.Unchanged(5, Interest.key("a")));
    b.replyTo().tell(new Gateway.Changed(List.of(Interest.key("a")), 6));
    EntityActor.Batch again = batch();
    assertThat(again.ops()).containsExactly(new Operation.News<>(new KeyOp.Get("a"), 5));
    answer(again, new KvResult.Entries(6, List.of()));
    assertThat(answer.join()).isEqualTo(new KvResult.Entries(6, List.of()));
  }

  @Test
  void a_change_heard_before_the_answer_it_belongs_behind_is_not_missed() {
    ask(
        new Operation.News<>(new KeyOp.Get("a"), 5),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30));
    EntityActor.Batch b = batch();
    b.replyTo().tell(new Gateway.Changed(List.of(Interest.key("a")), 6));
    answer(b, new Result.Unchanged(5, Interest.key("a")));
    assertThat(batch().ops()).containsExactly(new Operation.News<>(new KeyOp.Get("a"), 5));
  }

  private Gateway.Request waiting(Operation<?> op) {
    long inTenMinutes = time.nanos() + Duration.ofMinutes(10).toNanos();
    return new Gateway.Request(
        op, inTenMinutes, inTenMinutes, new CompletableFuture<>(), new CompletableFuture<>());
  }

  @Test
  void who_wants_to_wait_no_longer_is_answered_and_the_last_one_is_forgotten() {
    Gateway.Request first = waiting(new Operation.News<>(new KeyOp.Get("a"), 5));
    Gateway.Request second = waiting(new Operation.News<>(new KeyOp.Get("a"), 5));
    gateway.tell(first);
    answer(batch(), new Result.Unchanged(5, Interest.key("a")));
    gateway.tell(second);
    answer(batch(), new Result.Unchanged(5, Interest.key("a")));
    gateway.tell(new Gateway.WaitOver(first));
    EntityActor.Batch again = batch();
    assertThat(again.ops()).containsExactly(new KeyOp.Get("a"));
    answer(again, new KvResult.Entries(5, List.of()));
    assertThat(first.answer().join()).isEqualTo(new KvResult.Entries(5, List.of()));
    assertThat(second.answer()).isNotDone();
    gateway.tell(new Gateway.WaitOver(second));
    assertThat(forgotten()).containsExactly(Interest.key("a"));
  }

  private List<Interest> forgotten() {
    EntityActor.Command command = keySpace.receiveMessage();
    return command instanceof EntityActor.Forget f ? f.interests() : forgotten();
  }

  @Test
  void a_wait_that_ended_before_it_began_does_not_begin() {
    Gateway.Request request = waiting(new Operation.News<>(new KeyOp.Get("a"), 5));
    gateway.tell(request);
    EntityActor.Batch b = batch();
    request.waitOver().complete(null);
    gateway.tell(new Gateway.WaitOver(request));
    answer(b, new Result.Unchanged(5, Interest.key("a")));
    assertThat(batch().ops()).containsExactly(new KeyOp.Get("a"));
  }

  @Test
  void a_watcher_is_answered_as_things_are_when_its_time_is_over() {
    CompletableFuture<Result> answer =
        ask(
            new Operation.News<>(new KeyOp.Get("a"), 5),
            Duration.ofSeconds(30),
            Duration.ofMillis(200));
    answer(batch(), new Result.Unchanged(5, Interest.key("a")));
    time.pass(Duration.ofMillis(200));
    EntityActor.Batch again = batch();
    assertThat(again.ops()).containsExactly(new KeyOp.Get("a"));
    answer(again, new KvResult.Entries(5, List.of()));
    assertThat(answer.join()).isEqualTo(new KvResult.Entries(5, List.of()));
  }

  @Test
  void the_longer_an_answer_does_not_come_the_seldomer_a_batch_is_sent_again() {
    ask(put(1), Duration.ofMinutes(1), Duration.ZERO);
    batch();
    for (int millis : new int[] {400, 700, 1300, 2100, 2100}) {
      time.pass(Duration.ofMillis(millis - 200));
      keySpace.expectNoMessage(Duration.ZERO); // the gateway has been told the time before this
      time.pass(Duration.ofMillis(200));
      batch();
    }
  }

  @Test
  void when_a_node_is_gone_what_is_under_way_is_sent_at_once_and_again_soon() {
    CompletableFuture<Result> answer = ask(put(1), Duration.ofMinutes(1), Duration.ZERO);
    long number = batch().number();
    for (int millis : new int[] {400, 700}) { // by now the next wait is more than a second
      time.pass(Duration.ofMillis(millis));
      assertThat(batch().number()).isEqualTo(number);
    }
    gateway.tell(new Gateway.NodeGone(Set.of()));
    assertThat(batch().number()).isEqualTo(number);
    time.pass(RESEND);
    EntityActor.Batch again = batch();
    assertThat(again.number()).isEqualTo(number);
    answer(again, new Result.Done(true, 2));
    assertThat(answer.join()).isEqualTo(new Result.Done(true, 2));
  }

  @Test
  void when_a_node_is_gone_and_nothing_is_under_way_nothing_is_sent() {
    gateway.tell(new Gateway.NodeGone(Set.of()));
    ask(put(1));
    assertThat(batch().attempt()).isEqualTo(1);
    keySpace.expectNoMessage(Duration.ZERO);
  }

  @Test
  void when_a_node_is_gone_reads_that_wait_ask_at_once_whether_they_are_still_known() {
    ask(
        new Operation.News<>(new KeyOp.Get("a"), 5),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30));
    answer(batch(), new Result.Unchanged(5, Interest.key("a")));
    gateway.tell(new Gateway.NodeGone(Set.of()));
    assertThat(keySpace.receiveMessage()).isInstanceOf(EntityActor.Ping.class);
  }

  @Test
  void a_gateway_that_nothing_is_asked_of_for_minutes_stops_unless_something_is() {
    AtomicInteger retired = new AtomicInteger();
    ActorRef<Gateway.Command> idle =
        KIT.spawn(Gateway.create(keySpace.getRef()::tell, retired::incrementAndGet, time::nanos));
    CompletableFuture<Result> first = ask(idle, put(1), Duration.ofDays(1), Duration.ZERO);
    answer(batch(), new Result.Done(true, 2));
    first.join();
    time.pass(Duration.ofMillis(100)); // now it finds itself idle
    time.pass(Duration.ofMinutes(4));
    CompletableFuture<Result> second = ask(idle, put(2), Duration.ofDays(1), Duration.ZERO);
    answer(batch(), new Result.Done(true, 3));
    second.join();
    time.pass(Duration.ofMillis(100));
    time.pass(Duration.ofMinutes(4));
    assertThat(retired).hasValue(0);
    // When it finds itself idle is its own affair: at the latest when it hears the next tick.
    await()
        .until(
            () -> {
              time.pass(Duration.ofMinutes(1));
              return retired.get() > 0;
            });
    keySpace.expectTerminated(idle, Duration.ofMinutes(2));
  }

  @Test
  void while_reads_wait_the_incarnation_is_asked_after_once_a_second() {
    ask(
        new Operation.News<>(new KeyOp.Get("a"), 5),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30));
    answer(batch(), new Result.Unchanged(5, Interest.key("a")));
    for (int i = 0; i < 2; i++) {
      time.pass(Duration.ofMillis(1100));
      assertThat(keySpace.receiveMessage()).isInstanceOf(EntityActor.Ping.class);
    }
    keySpace.expectNoMessage(Duration.ZERO);
  }
}

package io.flotilla.entity;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.flotilla.kv.KeyOp;
import io.flotilla.kv.KeySpaceDraft;
import io.flotilla.kv.KeyValueStore;
import io.flotilla.kv.KvResult;
import io.flotilla.memory.Budget;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests to namespaces never written to, with a log that answers when the test says so. */
class UnknownNamespacesTest {
  private static final KeyOp.Put PUT = new KeyOp.Put("a", new byte[1], 0, OptionalLong.empty(), 0);
  private static final Duration LONG = Duration.ofMinutes(2);

  private final ActorTestKit kit = ActorTestKit.create(MovedTime.CONFIG);
  private final MovedTime time = new MovedTime(kit);
  private volatile boolean room = true;
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<CompletableFuture<Done>> questions = new LinkedBlockingQueue<>();
  private final TestProbe<ShardingEnvelope<EntityActor.Command>> shards = kit.createTestProbe();
  private final KeyValueStore store = store(shards.getRef());

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private KeyValueStore store(ActorRef<ShardingEnvelope<EntityActor.Command>> entities) {
    Existence existence =
        new Existence() {
          @Override
          public boolean isKnown(String namespace) {
            return known.contains(namespace);
          }

          @Override
          public CompletionStage<Done> catchUp() {
            CompletableFuture<Done> question = new CompletableFuture<>();
            questions.add(question);
            return question;
          }

          @Override
          public Quota.Room room() {
            return Quota.Room.inMemory(room ? 1 : 0);
          }
        };
    return new KeyValueStore(
        kit.system(),
        entities,
        new EntityClient.Limits(
            100, new Budget("requests", 1 << 20), 100, new Budget("waiting", 1 << 20)),
        existence,
        time::nanos);
  }

  private static final KeyOp.Get GET = new KeyOp.Get("a");

  private <R extends Result> CompletableFuture<R> ask(Operation.Write<KeySpaceDraft, R> write) {
    return store.write("ns", write, null, LONG).toCompletableFuture();
  }

  private CompletableFuture<KvResult.Entries> ask(KeyOp.Get read, long index) {
    return store.read("ns", read, LONG, Wait.atMost(index, LONG)).toCompletableFuture();
  }

  private CompletableFuture<Done> question() throws InterruptedException {
    CompletableFuture<Done> question = questions.poll(120, TimeUnit.SECONDS);
    assertThat(question).as("the log is asked").isNotNull();
    return question;
  }

  /** The log is asked when some time has passed. */
  private CompletableFuture<Done> questionInTime() {
    CompletableFuture<Done> question = null;
    for (int i = 0; i < 1_000 && question == null; i++) {
      time.pass(Duration.ofMillis(100));
      question = questions.poll();
    }
    assertThat(question).as("the log is asked").isNotNull();
    return question;
  }

  private static <R extends Result> R result(CompletableFuture<R> answer) throws Exception {
    return answer.get(120, TimeUnit.SECONDS);
  }

  private static String code(CompletableFuture<?> answer) throws Exception {
    Throwable failure = answer.handle((ok, e) -> e).get(120, TimeUnit.SECONDS);
    return Refusal.of(failure).code();
  }

  private void entityIsAsked(Operation<?> op) {
    ShardingEnvelope<EntityActor.Command> sent = shards.receiveMessage();
    assertThat(sent.entityId()).isEqualTo("ns");
    assertThat(((EntityActor.Batch) sent.message()).ops()).containsExactly(op);
  }

  @Test
  void a_read_is_answered_only_after_the_log_was_asked() throws Exception {
    CompletableFuture<KvResult.Entries> answer = ask(GET, 0);
    CompletableFuture<Done> question = question();
    assertThat(answer).isNotDone();
    question.complete(Done.getInstance());
    assertThat(result(answer)).isEqualTo(new KvResult.Entries(1, List.of()));
  }

  @Test
  void what_the_log_tells_of_meanwhile_is_handed_to_the_entity() throws Exception {
    ask(GET, 0);
    CompletableFuture<Done> question = question();
    known.add("ns");
    question.complete(Done.getInstance());
    entityIsAsked(GET);
    assertThat(questions).isEmpty();
  }

  @Test
  void a_question_answers_only_for_what_came_before_it() throws Exception {
    CompletableFuture<KvResult.Entries> first = ask(GET, 0);
    CompletableFuture<Done> question = question();
    CompletableFuture<KvResult.Entries> second = ask(GET, 0);
    question.complete(Done.getInstance());
    result(first);
    CompletableFuture<Done> another = question();
    assertThat(second).isNotDone();
    another.complete(Done.getInstance());
    assertThat(result(second)).isEqualTo(new KvResult.Entries(1, List.of()));
  }

  @Test
  void a_write_makes_the_namespace_exist_unless_it_changes_nothing() throws Exception {
    CompletableFuture<Result.Done> nothing = ask(new KeyOp.Delete("a", OptionalLong.empty(), 0));
    question().complete(Done.getInstance());
    assertThat(result(nothing)).isEqualTo(new Result.Done(true, 1));
    ask(PUT);
    question().complete(Done.getInstance());
    entityIsAsked(PUT);
  }

  @Test
  void without_room_no_further_namespace_comes_to_exist_but_reads_go_on() throws Exception {
    room = false;
    CompletableFuture<Result.Done> write = ask(PUT);
    question().complete(Done.getInstance());
    assertThat(code(write)).isEqualTo("quota-exceeded");
    CompletableFuture<KvResult.Entries> read = ask(GET, 0);
    question().complete(Done.getInstance());
    assertThat(result(read)).isEqualTo(new KvResult.Entries(1, List.of()));
    known.add("ns");
    ask(PUT);
    entityIsAsked(PUT); // which decides whether it grows
  }

  @Test
  void a_read_that_waits_goes_to_the_entity_once_there_is_one() throws Exception {
    CompletableFuture<KvResult.Entries> waiting = ask(GET, 1);
    question().complete(Done.getInstance());
    known.add("ns");
    time.pass(Duration.ofMillis(100));
    entityIsAsked(new Operation.News<>(GET, 1));
    assertThat(waiting).isNotDone();
  }

  @Test
  void a_read_that_has_waited_in_vain_asks_once_more_and_is_answered() throws Exception {
    CompletableFuture<KvResult.Entries> waiting =
        store.read("ns", GET, LONG, Wait.atMost(1, Duration.ofMillis(1))).toCompletableFuture();
    question().complete(Done.getInstance());
    CompletableFuture<Done> again = questionInTime();
    assertThat(waiting).isNotDone();
    again.complete(Done.getInstance());
    assertThat(result(waiting)).isEqualTo(new KvResult.Entries(1, List.of()));
    assertThat(store.watches()).isZero();
  }

  @Test
  void while_the_log_cannot_tell_it_is_asked_again_until_the_time_is_over() throws Exception {
    CompletableFuture<KvResult.Entries> answer = ask(GET, 0);
    question().completeExceptionally(new IllegalStateException("no leader"));
    CompletableFuture<Done> again = questionInTime();
    assertThat(answer).isNotDone();
    again.complete(Done.getInstance());
    result(answer);

    CompletableFuture<Result.Done> late =
        store.write("ns", PUT, null, Duration.ofMillis(1)).toCompletableFuture();
    time.pass(Duration.ofMillis(100));
    assertThat(code(late)).isEqualTo("unavailable");
    shards.expectNoMessage(Duration.ZERO);
    assertThat(store.requests()).isZero();
  }
}

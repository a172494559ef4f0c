package io.flotilla.kv;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.persistence.testkit.JournalOperation;
import akka.persistence.testkit.ProcessingPolicy;
import akka.persistence.testkit.ProcessingResult;
import akka.persistence.testkit.ProcessingSuccess;
import akka.persistence.testkit.StorageFailure;
import akka.persistence.testkit.WriteEvents;
import io.flotilla.entity.Gateway;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Quota;
import io.flotilla.entity.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batches that come while the entity is busy, from the gateways of several nodes. */
class SeveralGatewaysTest {
  private static final OptionalLong NONE = OptionalLong.empty();

  private final KeySpaceFixture space = new KeySpaceFixture();
  private final TestProbe<Gateway.FromEntity> first = space.anotherGateway();
  private final TestProbe<Gateway.FromEntity> second = space.anotherGateway();
  private final TestProbe<Gateway.FromEntity> third = space.anotherGateway();

  /** How many events each write to the log had. */
  private final List<Integer> writes = new CopyOnWriteArrayList<>();

  private volatile boolean failing;

  @AfterEach
  void end() {
    space.log.resetPolicy();
    space.close();
  }

  private static Operation<?> put(String value) {
    return new KeyOp.Put("a", value.getBytes(StandardCharsets.UTF_8), 0, NONE, 0);
  }

  private static Operation<?> create(String value) {
    return new KeyOp.Put("a", value.getBytes(StandardCharsets.UTF_8), 0, OptionalLong.of(0), 0);
  }

  private void whileBusy(Operation<?> one, Runnable others) {
    whileBusy(1, one, others);
  }

  /** Sends a batch, and others while the entity decides that one. */
  private void whileBusy(long number, Operation<?> one, Runnable others) {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch sent = new CountDownLatch(1);
    space.quota =
        new Quota() {
          @Override
          public Room room() {
            busy.countDown();
            await(sent);
            return Room.inMemory(Long.MAX_VALUE);
          }

          @Override
          public void occupies(String persistenceId, long bytes) {}
        };
    space.log.withPolicy(
        new ProcessingPolicy<JournalOperation>() {
          @Override
          public ProcessingResult tryProcess(String id, JournalOperation operation) {
            if (!(operation instanceof WriteEvents events)) {
              return ProcessingSuccess.getInstance();
            }
            if (failing) {
              failing = false;
              return StorageFailure.create();
            }
            writes.add(events.batch().size());
            return ProcessingSuccess.getInstance();
          }
        });
    space.send("g1", number, 1, List.of(one), first);
    await(busy);
    others.run();
    sent.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Gateway.Answered answer(TestProbe<Gateway.FromEntity> gateway) {
    while (true) {
      if (gateway.receiveMessage() instanceof Gateway.Answered answered) {
        return answered; // and not that an incarnation has ended
      }
    }
  }

  /** Null if none has come yet. */
  private static Gateway.Answered answerSoon(TestProbe<Gateway.FromEntity> gateway) {
    try {
      Gateway.FromEntity next = gateway.receiveMessage(Duration.ofMillis(300));
      return next instanceof Gateway.Answered answered ? answered : null;
    } catch (AssertionError none) {
      return null;
    }
  }

  private static boolean done(TestProbe<Gateway.FromEntity> gateway) {
    Result result = answer(gateway).pieces().get(0).result();
    return ((Result.Done) result).ok();
  }

  @Test
  void what_comes_while_one_is_stored_is_stored_together() {
    whileBusy(
        put("1"),
        () -> {
          space.send("g2", 1, 1, List.of(put("2")), second);
          space.send("g3", 1, 1, List.of(put("3")), third);
        });
    assertThat(done(first)).isTrue();
    assertThat(done(second)).isTrue();
    assertThat(done(third)).isTrue();
    assertThat(writes).containsExactly(1, 2);
    space.failOver();
    assertThat(space.result(create("4"))).as("all three are in the log").isNotNull();
    assertThat(space.events()).isEqualTo(3);
  }

  /** Most fall due with a large one, behind which a small one is stored at once. */
  @Test
  void a_checkpoint_that_falls_due_between_them_has_them_all() {
    int checkpoints = 0;
    for (int i = 1; checkpoints < 6; i++) {
      int round = i;
      assertThat(round).isLessThan(1_000);
      String large = round + "x".repeat(100_000);
      Operation<?> small = new KeyOp.Put("b/" + round, new byte[1], 0, NONE, 0);
      whileBusy(
          round,
          put(large),
          () -> {
            space.send("g2", round, 1, List.of(put("2" + large)), second);
            space.send("g3", round, 1, List.of(small), third);
          });
      assertThat(done(third)).isTrue();
      space.results(List.of()); // what was due has begun
      if (space.checkpoints() > checkpoints) {
        checkpoints = space.checkpoints();
        space.failOver();
        KvResult.Keys found = (KvResult.Keys) space.result(new KeyOp.ListKeys("b/", ""));
        assertThat(found.items()).hasSize(round);
      }
    }
  }

  @Test
  void what_waits_for_a_change_is_not_told_of_one_before_its_answer() {
    Operation<?> news = new Operation.News<>(new KeyOp.Get("a"), 1_000);
    whileBusy(
        put("1"),
        () -> {
          space.send("g2", 1, 1, List.of(put("2")), second);
          space.send("g3", 1, 1, List.of(new KeyOp.Put("b", new byte[1], 0, NONE, 0), news), third);
        });
    assertThat(third.receiveMessage()).isInstanceOf(Gateway.Answered.class);
    space.result(put("3"));
    assertThat(third.receiveMessage()).isInstanceOf(Gateway.Changed.class);
  }

  @Test
  void a_copy_of_a_batch_that_waits_is_not_decided_as_another() {
    whileBusy(
        put("1"),
        () -> {
          space.send("g2", 1, 1, List.of(put("2")), second);
          space.send("g2", 1, 2, List.of(put("2")), second);
          space.send("g3", 1, 1, List.of(put("3")), third);
        });
    assertThat(answer(second).attempt()).isEqualTo(2);
    assertThat(done(third)).isTrue();
    assertThat(writes).containsExactly(1, 2);
  }

  @Test
  void what_depends_on_a_batch_that_could_not_be_stored_is_not_answered() {
    whileBusy(
        new KeyOp.DeleteTree("none"),
        () -> {
          space.send("g2", 1, 1, List.of(put("2")), second);
          space.send("g3", 1, 1, List.of(create("3")), third);
          failing = true;
        });
    // The entity recovers; what it is asked now is the first that it answers.
    Gateway.Answered later = null;
    for (int attempt = 1; later == null; attempt++) {
      assertThat(attempt).isLessThan(400);
      space.backOff();
      space.send("g3", 2, attempt, List.of(create("4")), third);
      later = answerSoon(third);
    }
    assertThat(later.number()).isEqualTo(2);
    assertThat(((Result.Done) later.pieces().get(0).result()).ok()).isTrue();
  }
}

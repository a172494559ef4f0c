package io.flotilla.entity;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.flotilla.entity.LocalReplicas.LocalLog;
import io.flotilla.entity.LocalReplicas.Stale;
import io.flotilla.entity.LocalReplicas.Tail;
import io.flotilla.kv.KeyOp;
import io.flotilla.kv.KeySpace;
import io.flotilla.kv.KeySpaceState;
import io.flotilla.kv.KvResult;
import io.flotilla.memory.Budget;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting reads of a copy that doesn't change. */
class LocalReadsTest {
  private static final LocalLog NOTHING =
      new LocalLog() {
        @Override
        public boolean has(String persistenceId) {
          return false;
        }

        @Override
        public Tail after(String persistenceId, long sequenceNr) {
          return new Tail(false, Optional.empty(), List.of(), 0);
        }

        @Override
        public LeaderContact leaderContact() {
          return new LeaderContact(true, 0);
        }
      };

  private final ActorTestKit kit = ActorTestKit.create(MovedTime.CONFIG);
  private final MovedTime time = new MovedTime(kit);
  private final Budget waiting = new Budget("waiting", 1 << 20);
  private final LocalReads<KeySpaceState> reads =
      new LocalReads<>(kit.system(), KeySpace.localReplicas(NOTHING), waiting);

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private CompletableFuture<Stale<KvResult.Entries>> ask(Wait wait) {
    return reads.ask("ns", new KeyOp.Get("a"), wait).toCompletableFuture();
  }

  private void isAnsweredAsThingsAre(CompletableFuture<Stale<KvResult.Entries>> answer)
      throws Exception {
    assertThat(answer.get(120, TimeUnit.SECONDS).result())
        .isEqualTo(new KvResult.Entries(1, List.of()));
  }

  @Test
  void one_that_waits_in_vain_is_answered_when_its_time_is_up() throws Exception {
    CompletableFuture<Stale<KvResult.Entries>> answer = ask(Wait.atMost(1, Duration.ofSeconds(10)));
    time.pass(Duration.ofSeconds(9));
    assertThat(answer).isNotDone();
    passUntilDone(answer);
    isAnsweredAsThingsAre(answer);
  }

  @Test
  void one_that_nobody_wants_to_wait_any_longer_is_answered_at_the_next_look() throws Exception {
    Wait wait = Wait.atMost(1, Duration.ofDays(1));
    CompletableFuture<Stale<KvResult.Entries>> answer = ask(wait);
    time.pass(Duration.ofSeconds(1));
    assertThat(answer).isNotDone();
    wait.over().complete(null);
    passUntilDone(answer);
    isAnsweredAsThingsAre(answer);
  }

  /** Looks end when nobody waits any more, and begin anew. */
  @Test
  void so_is_one_that_comes_after_a_time_in_which_nobody_waited() throws Exception {
    for (int i = 0; i < 3; i++) {
      Wait wait = Wait.atMost(1, Duration.ofDays(1));
      CompletableFuture<Stale<KvResult.Entries>> answer = ask(wait);
      time.pass(Duration.ofSeconds(1));
      assertThat(answer).isNotDone();
      wait.over().complete(null);
      passUntilDone(answer);
      isAnsweredAsThingsAre(answer);
      time.pass(Duration.ofMinutes(1));
    }
  }

  /** It checks on threads of its own, which may be late. */
  private void passUntilDone(CompletableFuture<?> answer) {
    for (int i = 0; i < 1_000 && !answer.isDone(); i++) {
      time.pass(Duration.ofSeconds(1));
    }
  }
}

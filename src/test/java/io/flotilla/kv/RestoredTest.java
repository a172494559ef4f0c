package io.flotilla.kv;

import static io.flotilla.TestPatience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import io.flotilla.entity.Committed;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Gateway;
import io.flotilla.entity.LeaderContact;
import io.flotilla.entity.LocalReplicas;
import io.flotilla.entity.Moment;
import io.flotilla.wire.Restored;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A key space that goes on after a backup of it was restored. */
class RestoredTest {
  private static final long LOG_INDEX = 7;

  private static EntityState<KeySpaceState, Change> stored() {
    return EntityState.<KeySpaceState, Change>of(KeySpaceState.empty())
        .apply(put(2, "kept"))
        .apply(put(3, "gone"))
        .apply(event(new Change.Deleted(4, "gone")));
  }

  private static Committed<Change> put(long index, String key) {
    return event(new Change.Stored(index, key, new byte[] {1}, 0, 0, null, 0));
  }

  private static Committed<Change> event(Change change) {
    return new Committed<>(new Moment(5, 5), "", 0, List.of(), List.of(change), List.of());
  }

  private static EntityState<KeySpaceState, Change> restored() {
    return stored().apply(event(KeySpaceState.empty().restored(LOG_INDEX << 20)));
  }

  @Test
  void it_has_what_it_had_and_gives_no_index_twice() {
    KeySpaceState state = restored().model();
    assertThat(state.entries().keySet()).containsExactly("kept");
    assertThat(state.entries().get("kept").modifyIndex()).isEqualTo(2);
    assertThat(state.index()).isEqualTo(LOG_INDEX << 20);
    assertThat(restored().logMillis()).as("its own time").isEqualTo(5);
    assertThat(restored().apply(put(state.index() + 1, "next")).model().index())
        .isGreaterThan(LOG_INDEX << 20);
  }

  @Test
  void whoever_waits_for_a_change_after_an_index_of_before_is_answered() {
    KeySpaceState state = restored().model();
    long most = (LOG_INDEX << 20) - 1;
    for (String path : List.of("kept", "gone", "never")) {
      assertThat(new KeyOp.Get(path).hasNews(state, most)).as(path).isTrue();
      assertThat(new KeyOp.Get(path).hasNews(state, state.index())).as(path).isFalse();
      assertThat(new KeyOp.ListEntries(path).hasNews(state, most)).as(path).isTrue();
      assertThat(new KeyOp.ListEntries(path).hasNews(state, state.index())).as(path).isFalse();
    }
    assertThat(new KeyOp.Changes("", false, most).on(state).compacted()).isTrue();
  }

  @Test
  void a_checkpoint_keeps_it() {
    EntityState<KeySpaceState, Change> state = restored();
    KeySpaceState again = KeySpaceState.empty().with(state.model().parts().toList());
    assertThat(again.index()).isEqualTo(LOG_INDEX << 20);
    assertThat(new KeyOp.Get("kept").hasNews(again, 1000)).isTrue();
  }

  // ---- while actors and copies are there

  @Test
  void an_actor_that_knows_what_was_before_says_so_to_who_waits_and_ends() {
    try (KeySpaceFixture space = new KeySpaceFixture()) {
      TestProbe<Gateway.FromEntity> waits = space.anotherGateway();
      space.send("waits", 1, 1, List.of(new KeyOp.Get("a")), waits);
      assertThat(waits.receiveMessage(PATIENCE)).isInstanceOf(Gateway.Answered.class);
      space.ping(waits);
      space.replaced = true;
      space.ping(waits);
      assertThat(waits.receiveMessage(PATIENCE)).isEqualTo(new Gateway.OtherIncarnation(0));
    }
  }

  @Test
  void a_batch_that_comes_too_late_is_for_the_next_incarnation() {
    try (KeySpaceFixture space = new KeySpaceFixture()) {
      space.replaced = true;
      TestProbe<Gateway.FromEntity> late = space.anotherGateway();
      space.send("late", 1, 1, List.of(new KeyOp.Get("a")), late);
      assertThat(late.receiveMessage(PATIENCE)).isEqualTo(new Gateway.OtherIncarnation(0));
    }
  }

  @Test
  void a_copy_for_stale_reads_begins_anew() {
    Deque<LocalReplicas.Tail> tails = new ArrayDeque<>();
    tails.add(new LocalReplicas.Tail(false, Optional.empty(), List.of(put(2, "old")), 1));
    List<Object> backup = List.of(put(2, "kept"), new Restored(LOG_INDEX));
    tails.add(new LocalReplicas.Tail(true, Optional.empty(), backup, 4));
    LocalReplicas<KeySpaceState> copies = KeySpace.localReplicas(log(tails));
    assertThat(copies.state("ns").entries().keySet()).containsExactly("old");
    KeySpaceState anew = copies.state("ns");
    assertThat(anew.entries().keySet()).containsExactly("kept");
    assertThat(anew.index()).isEqualTo(LOG_INDEX << 20);
  }

  private static LocalReplicas.LocalLog log(Deque<LocalReplicas.Tail> tails) {
    return new LocalReplicas.LocalLog() {
      @Override
      public boolean has(String persistenceId) {
        return true;
      }

      @Override
      public LocalReplicas.Tail after(String persistenceId, long sequenceNr) {
        return tails.remove();
      }

      @Override
      public LeaderContact leaderContact() {
        return new LeaderContact(true, 0);
      }
    };
  }
}

package io.flotilla.entity;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** When an entity's checkpoints begin and end, without an entity. */
class CheckpointWorkTest {
  private record Saved(long epoch, long sequenceNr, CompletableFuture<Done> result) {}

  private record Change(long index) implements Fact {
    @Override
    public long bytes() {
      return 1;
    }
  }

  /** Takes as much as a checkpoint is made for at least. */
  private record State(long index) implements ModelState<State, Change> {
    @Override
    public State apply(Change change, Moment at) {
      return new State(change.index());
    }

    @Override
    public Stream<?> parts() {
      return Stream.empty();
    }

    @Override
    public State with(List<?> parts) {
      return this;
    }

    @Override
    public long bytes() {
      return CheckpointMeter.BYTES;
    }
  }

  private final List<Saved> saved = new ArrayList<>();
  private final List<CheckpointWork.Ended> ended = new ArrayList<>();
  private final CheckpointWork work =
      new CheckpointWork(
          "id",
          (id, epoch, sequenceNr, state) -> {
            Saved one = new Saved(epoch, sequenceNr, new CompletableFuture<>());
            saved.add(one);
            return one.result();
          },
          ended::add);
  private EntityState<State, Change> state = EntityState.of(new State(1));
  private long sequenceNr;

  private void store(long bytes) {
    state =
        new EntityState<>(
            state.model(),
            state.logMillis(),
            state.batches(),
            state.requests(),
            state.written().count(bytes));
    work.beginIfDue(state, ++sequenceNr);
  }

  /** As the actor does with the message. */
  private void end(int number, Throwable failure) {
    if (failure == null) {
      saved.get(number).result().complete(Done.getInstance());
    } else {
      saved.get(number).result().completeExceptionally(failure);
    }
    work.ended(ended.get(ended.size() - 1));
    work.beginIfDue(state, sequenceNr);
  }

  @Test
  void one_that_falls_due_while_another_is_under_way_begins_when_that_ends() {
    work.begin(7);
    store(CheckpointMeter.BYTES);
    assertThat(saved).isEmpty();
    store(1);
    assertThat(saved).extracting(Saved::sequenceNr).containsExactly(2L);
    store(2 * CheckpointMeter.BYTES);
    store(2 * CheckpointMeter.BYTES);
    assertThat(saved).hasSize(1);
    end(0, null);
    assertThat(saved).extracting(Saved::sequenceNr).containsExactly(2L, 4L);
    end(1, null);
    assertThat(saved).hasSize(2);
    assertThat(saved).allMatch(s -> s.epoch() == 7);
  }

  @Test
  void one_that_failed_is_followed_by_the_next_that_is_due() {
    work.begin(7);
    store(2 * CheckpointMeter.BYTES);
    end(0, new IllegalStateException("no majority"));
    store(1);
    assertThat(saved).hasSize(1);
    store(CheckpointMeter.BYTES);
    assertThat(saved).hasSize(2);
  }

  @Test
  void writes_have_to_wait_only_while_one_is_under_way() {
    work.begin(7);
    store(2 * CheckpointMeter.BYTES);
    assertThat(work.isOutrun(state)).isFalse();
    store(CheckpointMeter.BYTES / 2);
    assertThat(work.isOutrun(state)).isFalse();
    store(1);
    assertThat(work.isOutrun(state)).isTrue();
    end(0, null);
    assertThat(work.isOutrun(state)).isFalse();
  }

  @Test
  void a_new_incarnation_waits_for_none_of_an_earlier_one_and_counts_what_it_has_read() {
    work.begin(7);
    store(2 * CheckpointMeter.BYTES);
    work.begin(8);
    assertThat(work.isOutrun(state)).isFalse();
    store(1);
    assertThat(saved).extracting(Saved::epoch).containsExactly(7L, 8L);
    end(0, new IllegalStateException("claimed by another"));
    store(2 * CheckpointMeter.BYTES);
    assertThat(saved).hasSize(2); // its own is still under way
    end(1, null);
    assertThat(saved).extracting(Saved::epoch).containsExactly(7L, 8L, 8L);
  }
}

package io.flotilla.entity;

import io.flotilla.entity.LastBatches.LastBatch;
import io.flotilla.entity.RequestMemory.RequestRecord;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A part of a checkpoint: what every kind of entity remembers.
 *
 * @param logMillis the same in each part, see {@link EntityState}
 */
record EntityPart(long logMillis, List<LastBatch> batches, List<RequestRecord> requests) {

  static Stream<EntityPart> of(EntityState<?, ?> state) {
    long now = state.logMillis();
    List<LastBatch> batches =
        state.batches().byGateway().values().stream()
            .sorted(Comparator.comparing(LastBatch::gateway))
            .toList();
    return Runs.inTurn(
        List.of(
            Stream.of(new EntityPart(now, List.of(), List.of())),
            Runs.of(batches, LastBatch::bytes).map(run -> new EntityPart(now, run, List.of())),
            Runs.of(state.requests().age(), RequestRecord::bytes)
                .map(run -> new EntityPart(now, List.of(), run))));
  }

  <S extends ModelState<S, C>, C extends Fact> EntityState<S, C> addTo(EntityState<S, C> state) {
    LastBatches last = state.batches();
    for (LastBatch batch : batches) {
      last = last.with(batch);
    }
    RequestMemory memory = state.requests();
    for (RequestRecord request : requests) {
      memory = memory.with(request);
    }
    return new EntityState<>(state.model(), logMillis, last, memory, state.written());
  }
}

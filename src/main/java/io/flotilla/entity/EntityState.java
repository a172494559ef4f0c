package io.flotilla.entity;

import io.flotilla.entity.RequestMemory.RequestRecord;
import io.flotilla.wire.Parts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that an entity holds, immutable: what its model holds, and what every kind of entity
 * remembers of those who asked.
 *
 * <p>There is one way into it, in three steps: each change, each request that was answered, and
 * then the end of the batch. A {@link Draft} takes them one by one while operations decide on it;
 * the application of an event takes the same ones when it is read again. So what is decided upon,
 * or read in the middle of a batch, is exactly what the log makes of it.
 *
 * @param logMillis when the last event was decided, in the entity's own time: see {@link LogClock}
 * @param written the events since the checkpoint that it was read from
 * @param <S> the model's state
 * @param <C> a change of it
 */
public record EntityState<S extends ModelState<S, C>, C extends Fact>(
    S model, long logMillis, LastBatches batches, RequestMemory requests, CheckpointMeter written) {

  public static <S extends ModelState<S, C>, C extends Fact> EntityState<S, C> of(S empty) {
    return new EntityState<>(
        empty,
        LogClock.BEGINNING_MILLIS,
        LastBatches.none(),
        RequestMemory.none(),
        CheckpointMeter.zero());
  }

  /**
   * @param whole whether this version knows all that was stored
   */
  record Read<S extends ModelState<S, C>, C extends Fact>(EntityState<S, C> state, boolean whole) {}

  /** The state of a checkpoint. */
  static <S extends ModelState<S, C>, C extends Fact> Read<S, C> read(S empty, Parts checkpoint) {
    List<EntityPart> remembered = new ArrayList<>();
    List<Object> parts = new ArrayList<>();
    boolean whole =
        checkpoint.read(
            part -> {
              if (part instanceof EntityPart p) {
                remembered.add(p);
              } else {
                parts.add(part);
              }
            });
    EntityState<S, C> state = of(empty.with(parts));
    for (EntityPart part : remembered) {
      state = part.addTo(state);
    }
    return new Read<>(state, whole);
  }

  /** A checkpoint of it, written as it is taken. Equal states give equal bytes. */
  Parts parts() {
    return Parts.of(() -> Stream.concat(EntityPart.of(this), model.parts()));
  }

  /** What a checkpoint of it takes. */
  long storedBytes() {
    return model.storedBytes() + batches.bytes() + requests.bytes();
  }

  /** What it occupies altogether. */
  long occupied() {
    return model.occupied() + batches.bytes() + requests.bytes();
  }

  EntityState<S, C> apply(C change, Moment at) {
    return new EntityState<>(model.apply(change, at), logMillis, batches, requests, written);
  }

  /** A request with an id of its own was answered. */
  EntityState<S, C> remember(RequestRecord request) {
    return new EntityState<>(model, logMillis, batches, requests.with(request), written);
  }

  /** What a batch does besides its changes and requests, which are in already. */
  EntityState<S, C> end(Committed<C> batch) {
    long now = Math.max(logMillis, batch.at().logMillis());
    S left = model.at(now);
    LastBatches last = batches.with(batch, left.index());
    RequestMemory memory = requests.withoutThoseOver(now);
    return new EntityState<>(left, now, last, memory, written.count(batch.bytes()));
  }

  public EntityState<S, C> apply(Committed<C> event) {
    EntityState<S, C> next = this;
    for (C change : event.changes()) {
      next = next.apply(change, event.at());
    }
    for (RequestRecord request : event.requests()) {
      next = next.remember(request);
    }
    return next.end(event);
  }
}

package io.flotilla.entity;

import io.flotilla.entity.RequestMemory.RequestRecord;

/**
 * All that an entity holds, immutable: a view of it can be read anywhere while the actor goes on.
 *
 * <p>There is one way into it, in three steps: each change, each request that was answered, and
 * then the end of the batch. A {@link BatchDecision} takes them one by one while it decides, the
 * event's application takes the same ones when it is stored or read again. So what is decided upon,
 * or read in the middle of a batch, is never anything else than what the log makes of it.
 *
 * @param <S> this type
 * @param <C> a change of it
 */
public interface EntityState<S extends EntityState<S, C>, C> {
  /** Of the last change. */
  long index();

  /** Of the last event, in the entity's own time: see {@link LogClock}. */
  long logMillis();

  LastBatches batches();

  RequestMemory requests();

  /** What was put into it occupies so much; the {@link Quota} limits its growth. */
  long bytes();

  /** What it occupies altogether, with all that it remembers of what was and of who asked. */
  long occupied();

  /** Whether events outweigh the state by now, see {@link CheckpointMeter}. */
  boolean checkpointDue();

  /** All that a change does. */
  S apply(C change, Moment at);

  /** A request with an id of its own was answered. */
  S remember(RequestRecord request);

  /** What a batch does besides its changes and requests, which are in already. */
  S end(Event<C> batch);

  default S apply(Event<C> event) {
    @SuppressWarnings("unchecked") // by the definition of S
    S next = (S) this;
    for (C change : event.changes()) {
      next = next.apply(change, event.at());
    }
    for (RequestRecord request : event.requests()) {
      next = next.remember(request);
    }
    return next.end(event);
  }

  /** May be called on any thread. */
  Result query(Operation.Read read);

  /**
   * Whether a read that waits has something to answer: its answer's index is above its minIndex.
   * Where nothing matches, any other index than the answer's will do: one that is above it is of
   * another time or place, and would be waited for in vain.
   */
  boolean hasNews(Operation.Read read);

  /** What a read that has nothing to answer yet waits for. */
  default Interest awaited(Operation.Read read) {
    return read.interest();
  }
}

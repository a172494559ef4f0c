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

  LastBatches batches();

  RequestMemory requests();

  /** What was put into it occupies so much; the {@link Quota} limits its growth. */
  long bytes();

  /** What it occupies altogether, with all that it remembers of what was and of who asked. */
  long occupied();

  /** Whether events outweigh the state by now, see {@link CheckpointMeter}. */
  boolean checkpointDue();

  /** All that a change does. */
  S apply(C change, long timeMillis);

  /** A request with an id of its own was answered. */
  S remember(RequestRecord request);

  /** What a batch does besides its changes and requests, which are in already. */
  S end(Event<C> batch);

  default S apply(Event<C> event) {
    @SuppressWarnings("unchecked") // by the definition of S
    S next = (S) this;
    for (C change : event.changes()) {
      next = next.apply(change, event.timeMillis());
    }
    for (RequestRecord request : event.requests()) {
      next = next.remember(request);
    }
    return next.end(event);
  }

  /** May be called on any thread. */
  Result query(Operation.Read read);

  /** Whether a read that waits has something to answer. */
  boolean hasNews(Operation.Read read);
}

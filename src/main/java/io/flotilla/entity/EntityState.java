package io.flotilla.entity;

/**
 * All that an entity holds, immutable: a view of it can be read anywhere while the actor goes on.
 *
 * @param <S> this type
 * @param <E> its events
 */
public interface EntityState<S extends EntityState<S, E>, E> {
  /** Of the last change. */
  long index();

  LastBatches batches();

  /** Whether events outweigh the state by now, see {@link CheckpointMeter}. */
  boolean checkpointDue();

  S apply(E event);

  /** May be called on any thread. */
  Result query(Operation.Read read);

  /** Whether a read that waits has something to answer. */
  boolean hasNews(Operation.Read read);
}

package io.flotilla.entity;

/**
 * What a kind of entity holds, immutable: a view of it can be read anywhere while the actor goes
 * on. What every kind remembers besides is in {@link EntityState}.
 *
 * @param <S> this type
 * @param <C> a change of it
 */
public interface ModelState<S, C extends Fact> {
  /** Of the last change; 1 before the first, so that a client that saw nothing can wait for it. */
  long index();

  /** All that a change does. */
  S apply(C change, Moment at);

  /** Without what is over by then, in the entity's own time. */
  default S at(long logMillis) {
    @SuppressWarnings("unchecked") // by the definition of S
    S same = (S) this;
    return same;
  }

  /** What was put into it occupies about this much; the {@link Quota} limits its growth. */
  long bytes();

  /** What it occupies altogether, with all that it remembers of what was. */
  long occupied();

  /** What a checkpoint of it takes on disk. */
  default long storedBytes() {
    return occupied();
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

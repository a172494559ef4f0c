package io.flotilla.entity;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a kind of entity holds, immutable: a view of it can be read anywhere while the actor goes
 * on. What every kind of entity remembers besides that is in {@link EntityState}.
 *
 * @param <S> this type
 * @param <C> a change of it
 */
public interface ModelState<S, C extends Fact> {
  /**
   * The index of the last change; 1 before the first, so that a client that saw nothing can wait
   * for it.
   */
  long index();

  /** The state after this change, which does nothing else. */
  S apply(C change, Moment at);

  /**
   * A change after which all before it counts as changed at this index, which is greater than any
   * that was ever given: it is from a backup. Kinds that no restore replaces have none.
   */
  default C restored(long index) {
    throw new UnsupportedOperationException(getClass() + " doesn't go on from a backup");
  }

  /** This state without what is over by then, in the entity's own time. */
  default S at(long logMillis) {
    @SuppressWarnings("unchecked") // by the definition of S
    S same = (S) this;
    return same;
  }

  /**
   * What a checkpoint has of it: messages of moderate size, which {@link #with} puts together
   * again. Equal states have equal parts; what follows from the rest is in none.
   */
  Stream<?> parts();

  /** This state, the empty one, with all of these, in order. */
  S with(List<?> parts);

  /** What was put into it occupies about this much; the {@link Quota} limits its growth. */
  long bytes();

  /** What it occupies altogether, with all that it remembers of what was. */
  default long occupied() {
    return bytes();
  }

  /** What a checkpoint of it takes on disk. */
  default long storedBytes() {
    return occupied();
  }
}

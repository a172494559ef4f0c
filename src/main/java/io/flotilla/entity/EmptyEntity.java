package io.flotilla.entity;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Answers in the place of an entity that does not exist, as one in which nothing was ever written.
 *
 * @param <S> the model's state
 */
public final class EmptyEntity<S extends ModelState<S, ?>> {
  private final S empty;
  private final Supplier<Draft<S, ?>> drafts;

  private EmptyEntity(S empty, Supplier<Draft<S, ?>> drafts) {
    this.empty = empty;
    this.drafts = drafts;
  }

  /**
   * @param draft begins a draft on a state
   */
  public static <S extends ModelState<S, C>, C extends Fact> EmptyEntity<S> of(
      S empty, BiFunction<EntityState<S, C>, Moment, ? extends Draft<S, C>> draft) {
    return new EmptyEntity<>(empty, () -> draft.apply(EntityState.of(empty), Moment.NEVER));
  }

  /** Empty if a read has to wait, or if a write makes the entity exist. */
  Optional<Result> answer(Operation<?> op) {
    if (op.writes()) {
      Draft<S, ?> draft = drafts.get();
      Result result = draft.decide(op);
      return draft.isEmpty() ? Optional.of(result) : Optional.empty();
    } else if (op instanceof Operation.More) {
      return Optional.of(Views.LOST);
    }
    @SuppressWarnings("unchecked") // a client takes reads of this state only
    Operation.Read<S, ?> read = (Operation.Read<S, ?>) op.atOnce();
    boolean waits = op.minIndex() > 0 && !read.hasNews(empty, op.minIndex());
    return waits ? Optional.empty() : Optional.of(read.on(empty));
  }
}

package io.flotilla.entity;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Answers in the place of an entity that does not exist, as one in which nothing was ever written.
 *
 * @param <S> the model's state
 * @param <C> a change of it
 */
public final class EmptyEntity<S extends ModelState<S, C>, C extends Fact> {
  private final S empty;
  private final Supplier<? extends BatchDecision<S, C>> decisions;

  /**
   * @param decisions each begun on the empty state
   */
  public EmptyEntity(S empty, Supplier<? extends BatchDecision<S, C>> decisions) {
    this.empty = empty;
    this.decisions = decisions;
  }

  /** Nothing if a read has to wait, or if a write makes the entity exist. */
  Optional<Result> answer(Operation op) {
    if (op instanceof Operation.Read read) {
      boolean waits = read.minIndex() > 0 && !empty.hasNews(read);
      return waits ? Optional.empty() : Optional.of(empty.query(read));
    }
    BatchDecision<S, C> decision = decisions.get();
    Result result = decision.decide((Operation.Write) op);
    return decision.isEmpty() ? Optional.of(result) : Optional.empty();
  }
}

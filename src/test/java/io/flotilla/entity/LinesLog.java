package io.flotilla.entity;

import io.flotilla.entity.Lines.Added;
import io.flotilla.entity.Lines.State;

/** The log of a simulated world: outlives all nodes, accepts writes from the latest claimer. */
final class LinesLog {
  private EntityState<State, Added> stored = EntityState.of(State.EMPTY);
  private long epoch;

  /** Returns the epoch of the claim. */
  long claim() {
    return ++epoch;
  }

  boolean isOfTheLatest(long claim) {
    return claim == epoch;
  }

  /** Returns whether it was stored. */
  boolean append(long claim, Committed<Added> event) {
    if (claim == epoch) {
      stored = stored.apply(event);
    }
    return claim == epoch;
  }

  EntityState<State, Added> state() {
    return stored;
  }
}

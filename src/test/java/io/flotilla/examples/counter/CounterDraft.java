package io.flotilla.examples.counter;

import io.flotilla.entity.Draft;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;

/**
 * The draft: the state while a batch is decided on it, one write after another. Its changes become
 * one event; only when that is stored does the draft become the state.
 */
public final class CounterDraft extends Draft<CounterState, Added> {
  CounterDraft(EntityState<CounterState, Added> state, Moment at) {
    super(state, at);
  }

  CounterState.Count add(String name, long by) {
    change(new Added(nextIndex(), name, by));
    return state().count(name);
  }
}

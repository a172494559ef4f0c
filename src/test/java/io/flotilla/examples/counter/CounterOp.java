package io.flotilla.examples.counter;

import io.flotilla.entity.Interest;
import io.flotilla.entity.Operation.Read;
import io.flotilla.entity.Operation.Write;
import io.flotilla.entity.Refusal;
import io.flotilla.examples.counter.CounterState.Count;

/** The operations: messages that know how they are done. */
public final class CounterOp {
  private CounterOp() {}

  /** A write decides on a draft: it looks at its state, and either changes it or refuses. */
  public record Add(String name, long by) implements Write<CounterDraft, Count> {
    @Override
    public Count decide(CounterDraft draft) {
      long now = draft.state().count(name).value();
      long sum = now + by;
      if (by > 0 ? sum < now : sum > now) {
        throw new Refusal("overflow", name + " is at " + now + ", too far to add " + by + ".");
      }
      return draft.add(name, by);
    }
  }

  /** A read answers on a state. It can be asked to wait until there is news for its interest. */
  public record Get(String name) implements Read<CounterState, Count> {
    @Override
    public Count on(CounterState state) {
      return state.count(name);
    }

    @Override
    public Interest interest() {
      return Interest.named(name);
    }

    @Override
    public long index(CounterState state) {
      return state.count(name).index();
    }

    @Override
    public boolean matchesNothing(CounterState state) {
      return !state.counts().containsKey(name);
    }
  }
}

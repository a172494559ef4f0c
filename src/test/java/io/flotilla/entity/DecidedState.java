package io.flotilla.entity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Decides batches as the actor does, and holds what the decisions leave against what the events
 * make of the same state: no part may differ, and no answer.
 *
 * @param <S> the state
 * @param <C> a change of it
 * @param <E> the events
 */
public final class DecidedState<S extends EntityState<S, C>, C, E extends Event<C>> {
  private final Function<S, BatchDecision<S, C, E>> decide;
  private final UnaryOperator<E> stored;
  private S state;
  private long batch;

  /**
   * @param stored an event as it is read again from its stored form
   */
  public DecidedState(
      S empty, Function<S, BatchDecision<S, C, E>> decide, UnaryOperator<E> stored) {
    this.state = empty;
    this.decide = decide;
    this.stored = stored;
  }

  public S state() {
    return state;
  }

  public void batch(List<? extends Operation> ops) {
    BatchDecision<S, C, E> decision = decide.apply(state);
    batch++;
    for (int i = 0; i < ops.size(); i++) {
      if (ops.get(i) instanceof Operation.Read read) {
        sameAnswers(read, decision.state(), after(ops.subList(0, i)));
        decision.skip();
      } else {
        decision.decide((Operation.Write) ops.get(i));
      }
    }
    E event = decision.event("gateway-" + batch % 3, batch);
    S next = state.apply(stored.apply(event));
    same(decision.after(event), next);
    state = next;
  }

  /** What the log makes of these, had they been a batch of their own. */
  private S after(List<? extends Operation> ops) {
    BatchDecision<S, C, E> decision = decide.apply(state);
    for (Operation op : new ArrayList<>(ops)) {
      if (op instanceof Operation.Write write) {
        decision.decide(write);
      } else {
        decision.skip();
      }
    }
    return state.apply(stored.apply(decision.event("gateway", batch)));
  }

  private static void sameAnswers(
      Operation.Read read, EntityState<?, ?> within, EntityState<?, ?> after) {
    assertThat(within.hasNews(read)).as("%s has news", read).isEqualTo(after.hasNews(read));
    same(within.query(read), after.query(read));
    same(within.query(read.atOnce()), after.query(read.atOnce()));
  }

  private static void same(Object decided, Object applied) {
    assertThat(decided).usingRecursiveComparison().isEqualTo(applied);
  }
}

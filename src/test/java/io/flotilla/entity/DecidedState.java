package io.flotilla.entity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Decides batches as the actor does, and compares the resulting state with the one that the events
 * produce: no part may differ, and no answer.
 *
 * @param <S> the model's state
 * @param <C> a change of it
 */
public final class DecidedState<S extends ModelState<S, C>, C extends Fact> {
  private final Function<EntityState<S, C>, Draft<S, C>> decide;
  private final S empty;
  private EntityState<S, C> state;
  private long batch;

  public DecidedState(S empty, Function<EntityState<S, C>, Draft<S, C>> decide) {
    this.empty = empty;
    this.state = EntityState.of(empty);
    this.decide = decide;
  }

  public void batch(List<? extends Operation<?>> ops) {
    Draft<S, C> decision = decide.apply(state);
    batch++;
    for (int i = 0; i < ops.size(); i++) {
      if (ops.get(i).writes()) {
        decision.decide(ops.get(i));
      } else {
        sameAnswers(ops.get(i), decision.state(), after(ops.subList(0, i)));
        decision.skip();
      }
    }
    Committed<C> event = decision.event("gateway-" + batch % 3, batch);
    EntityState<S, C> next = state.apply(StoredForm.again(event));
    same(decision.after(event), next);
    assertThat(StoredForm.again(empty, next))
        .usingRecursiveComparison()
        .ignoringFields("written")
        .isEqualTo(next);
    state = next;
  }

  /** The log's outcome for these operations as a batch of their own. */
  private S after(List<? extends Operation<?>> ops) {
    Draft<S, C> decision = decide.apply(state);
    for (Operation<?> op : new ArrayList<>(ops)) {
      if (op.writes()) {
        decision.decide(op);
      } else {
        decision.skip();
      }
    }
    Committed<C> event = decision.event("gateway", batch);
    return state.apply(StoredForm.again(event)).model();
  }

  @SuppressWarnings("unchecked") // reads of this state
  private void sameAnswers(Operation<?> op, S within, S after) {
    Operation.Read<S, ?> read = (Operation.Read<S, ?>) op.atOnce();
    assertThat(read.hasNews(within, op.minIndex()))
        .as("%s has news", op)
        .isEqualTo(read.hasNews(after, op.minIndex()));
    same(read.on(within), read.on(after));
  }

  private static void same(Object decided, Object applied) {
    assertThat(decided).usingRecursiveComparison().isEqualTo(applied);
  }
}

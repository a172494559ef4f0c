package io.flotilla.entity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Decides batches as the actor does, and holds what the decisions leave against what the events
 * make of the same state: no part may differ, and no answer.
 *
 * @param <S> the model's state
 * @param <C> a change of it
 */
public final class DecidedState<S extends ModelState<S, C>, C extends Fact> {
  private final Function<EntityState<S, C>, BatchDecision<S, C>> decide;
  private final EntityCodec<S, C> codec;
  private EntityState<S, C> state;
  private long batch;

  public DecidedState(
      S empty, Function<EntityState<S, C>, BatchDecision<S, C>> decide, EntityCodec<S, C> codec) {
    this.state = EntityState.of(empty);
    this.decide = decide;
    this.codec = codec;
  }

  public void batch(List<? extends Operation> ops) {
    BatchDecision<S, C> decision = decide.apply(state);
    batch++;
    for (int i = 0; i < ops.size(); i++) {
      if (ops.get(i) instanceof Operation.Read read) {
        sameAnswers(read, decision.state(), after(ops.subList(0, i)));
        decision.skip();
      } else {
        decision.decide((Operation.Write) ops.get(i));
      }
    }
    Committed<C> event = decision.event("gateway-" + batch % 3, batch);
    EntityState<S, C> next = state.apply(codec.event(codec.encode(event)));
    same(decision.after(event), next);
    assertThat(codec.checkpoint(codec.encode(next)))
        .usingRecursiveComparison()
        .ignoringFields("checkpoint")
        .isEqualTo(next);
    state = next;
  }

  /** What the log makes of these, had they been a batch of their own. */
  private S after(List<? extends Operation> ops) {
    BatchDecision<S, C> decision = decide.apply(state);
    for (Operation op : new ArrayList<>(ops)) {
      if (op instanceof Operation.Write write) {
        decision.decide(write);
      } else {
        decision.skip();
      }
    }
    Committed<C> event = decision.event("gateway", batch);
    return state.apply(codec.event(codec.encode(event))).model();
  }

  private static void sameAnswers(
      Operation.Read read, ModelState<?, ?> within, ModelState<?, ?> after) {
    assertThat(within.hasNews(read)).as("%s has news", read).isEqualTo(after.hasNews(read));
    same(within.query(read), after.query(read));
    same(within.query(read.atOnce()), after.query(read.atOnce()));
  }

  private static void same(Object decided, Object applied) {
    assertThat(decided).usingRecursiveComparison().isEqualTo(applied);
  }
}

package io.flotilla.entity;

import io.flotilla.entity.RequestMemory.RequestRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * The state as a batch leaves it, while the batch is decided: its writes one after another, each on
 * what its predecessors left. Nothing is changed until the event of the batch is stored.
 *
 * @param <S> the model's state
 * @param <C> a change of it
 */
public abstract class Draft<S extends ModelState<S, C>, C extends Fact> {
  private final List<Result> results = new ArrayList<>();
  private final List<C> changes = new ArrayList<>();
  private final List<RequestRecord> requests = new ArrayList<>();
  private final Moment at;
  private final long bytesBefore;
  private Quota.Room room = Quota.Room.inMemory(Long.MAX_VALUE);
  private EntityState<S, C> state;

  /**
   * @param at now
   */
  protected Draft(EntityState<S, C> state, Moment at) {
    this.state = state;
    this.at = at;
    this.bytesBefore = state.model().bytes();
  }

  /** The state after what was decided so far. */
  public final S state() {
    return state.model();
  }

  public final Moment at() {
    return at;
  }

  /** What another draft may begin on, see {@link #take}. */
  public final EntityState<S, C> whole() {
    return state;
  }

  /** Now, in the entity's own time: all that depends on time is decided by this. */
  public final long nowMillis() {
    return at.logMillis();
  }

  public final List<C> changes() {
    return changes;
  }

  /** Whether there is anything to be stored. */
  final boolean isEmpty() {
    return changes.isEmpty() && requests.isEmpty();
  }

  public final Committed<C> event(String gateway, long batch) {
    return new Committed<>(at, gateway, batch, results, changes, requests);
  }

  /** The event of what the entity decided by itself, asked by no gateway. */
  public final Committed<C> event() {
    return event("", 0);
  }

  /** The state as it is when the event of this draft has been stored. */
  public final EntityState<S, C> after(Committed<C> event) {
    return state.end(event);
  }

  /**
   * From now on a write that makes the state grow is refused, if the whole batch would make it grow
   * by more than this.
   */
  public final void within(Quota.Room left) {
    room = left;
  }

  /** A read takes a place among the results, but nothing of it is stored. */
  public final void skip() {
    results.add(null);
  }

  /** Decides a write. */
  public final Result decide(Operation<?> op) {
    EntityState<S, C> before = state;
    int changed = changes.size();
    int remembered = requests.size();
    Result result;
    try {
      result = op instanceof Operation.Once<?, ?> once ? decideOnce(once) : decideAnew(op);
      if (isTooMuch(before, op)) {
        throw room.beyond();
      }
    } catch (Refusal refusal) {
      state = before;
      changes.subList(changed, changes.size()).clear();
      requests.subList(remembered, requests.size()).clear();
      result = refusal.result();
    }
    results.add(result);
    return result;
  }

  private boolean isTooMuch(EntityState<S, C> before, Operation<?> op) {
    return state.model().bytes() > before.model().bytes()
        && state.model().bytes() - bytesBefore > room.bytes()
        && !write(op).isUpkeep();
  }

  @SuppressWarnings("unchecked") // a client takes writes of this kind of entity only
  private Operation.Write<Draft<S, C>, ?> write(Operation<?> op) {
    return (Operation.Write<Draft<S, C>, ?>)
        (op instanceof Operation.Once<?, ?> once ? once.write() : op);
  }

  private Result decideAnew(Operation<?> op) {
    return write(op).decide(this);
  }

  private Result decideOnce(Operation.Once<?, ?> once) {
    RequestRecord known = state.requests().get(once.id());
    if (known != null) {
      if (known.fingerprint() != once.fingerprint()) {
        throw new Refusal(
            "request-id-reused",
            "The request id " + once.id() + " was used for another request before.");
      }
      return known.result();
    }
    Result result = decideAnew(once);
    RequestRecord request = new RequestRecord(once.id(), once.fingerprint(), nowMillis(), result);
    requests.add(request);
    state = state.remember(request);
    return result;
  }

  /** Takes a change into the event and into the state that the next operation is decided on. */
  public final void change(C change) {
    changes.add(change);
    state = state.apply(change, at);
  }

  /** The index of the next change. */
  public final long nextIndex() {
    return state.model().index() + 1;
  }

  /** Takes all that another draft, begun on this one's state, has changed. */
  public final void take(Draft<S, C> attempt) {
    changes.addAll(attempt.changes);
    state = attempt.state;
  }
}

package io.flotilla.entity;

import io.flotilla.entity.RequestMemory.RequestRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides the operations of one batch, one after another, each on the state its predecessors left.
 * Nothing is changed until the event of the batch is stored.
 *
 * @param <S> the model's state
 * @param <C> a change of it
 */
public abstract class BatchDecision<S extends ModelState<S, C>, C extends Fact> {
  private final List<Result> results = new ArrayList<>();
  private final List<C> changes = new ArrayList<>();
  private final List<RequestRecord> requests = new ArrayList<>();
  private final Moment at;
  private final long bytesBefore;
  private long room = Long.MAX_VALUE;
  private EntityState<S, C> state;

  /**
   * @param at now
   */
  protected BatchDecision(EntityState<S, C> state, Moment at) {
    this.state = state;
    this.at = at;
    this.bytesBefore = state.model().bytes();
  }

  /** Decides a write whose request id is new, or which has none. */
  protected abstract Result decideOnce(Operation.Write write);

  /** Tells a retry from another request that was given the same id by mistake. It is stored. */
  protected abstract int fingerprint(Operation.Write write);

  /** The state after what was decided so far. */
  public final S state() {
    return state.model();
  }

  protected final Moment at() {
    return at;
  }

  /** On which another decision may begin, see {@link #take}. */
  protected final EntityState<S, C> whole() {
    return state;
  }

  /** Now, in the entity's own time: all that depends on time is decided by this. */
  protected final long nowMillis() {
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

  /** What the entity decided by itself, asked by no gateway. */
  public final Committed<C> event() {
    return event("", 0);
  }

  /** The state as it is when the event of this decision has been stored. */
  public final EntityState<S, C> after(Committed<C> event) {
    return state.end(event);
  }

  /**
   * Refuses what makes the state grow, once all that is decided makes it grow by more than this.
   */
  public final void within(long roomBytes) {
    room = roomBytes;
  }

  /** A read takes a place among the results, but nothing of it is stored. */
  public final void skip() {
    results.add(null);
  }

  public final Result decide(Operation.Write write) {
    EntityState<S, C> before = state;
    int changed = changes.size();
    int remembered = requests.size();
    Result result = write.requestId() == null ? decideOnce(write) : decideUnlessKnown(write);
    if (state.model().bytes() > before.model().bytes() && isTooMuch(write)) {
      state = before;
      changes.subList(changed, changes.size()).clear();
      requests.subList(remembered, requests.size()).clear();
      result = Quota.EXCEEDED;
    }
    results.add(result);
    return result;
  }

  private boolean isTooMuch(Operation.Write write) {
    return state.model().bytes() - bytesBefore > room && !write.isUpkeep();
  }

  private Result decideUnlessKnown(Operation.Write write) {
    String id = write.requestId();
    int fingerprint = fingerprint(write);
    RequestRecord known = state.requests().get(id);
    if (known != null) {
      return known.fingerprint() == fingerprint
          ? known.result()
          : new Result.Refused(
              "request-id-reused",
              "The request id " + id + " was used for another request before.");
    }
    Result result = decideOnce(write);
    if (!(result instanceof Result.Refused)) {
      RequestRecord request = new RequestRecord(id, fingerprint, nowMillis(), result);
      requests.add(request);
      state = state.remember(request);
    }
    return result;
  }

  /** Takes a change into the event and into the state that the next operation is decided on. */
  protected final void change(C change) {
    changes.add(change);
    state = state.apply(change, at);
  }

  /** Takes all that another decision, begun on this one's state, has changed. */
  protected final void take(BatchDecision<S, C> attempt) {
    changes.addAll(attempt.changes);
    state = attempt.state;
  }
}

package io.flotilla.kv;

import io.flotilla.kv.Committed.RequestRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Decides the operations of one batch, one after another, each on the state its predecessors left.
 * Nothing is changed until the {@link Committed} event of the batch is stored.
 */
final class Decision {
  private final long timeMillis;
  private final List<Result> results = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<RequestRecord> requests = new ArrayList<>();
  private KeySpaceState state;

  private Decision(KeySpaceState state, long timeMillis) {
    this.state = state;
    this.timeMillis = timeMillis;
  }

  /** Decides a batch. Its reads must have been answered by the caller on {@link #state()}. */
  static Decision on(KeySpaceState state, long timeMillis) {
    return new Decision(state, timeMillis);
  }

  /** The state after what was decided so far. */
  KeySpaceState state() {
    return state;
  }

  List<Change> changes() {
    return changes;
  }

  Committed event(String gateway, long batch) {
    return new Committed(timeMillis, gateway, batch, results, changes, requests);
  }

  /** A read takes a place among the results, but nothing of it is stored. */
  void skip() {
    results.add(null);
  }

  Result decide(Op.Write op) {
    Result result = op.requestId() == null ? decideOnce(op) : decideUnlessKnown(op);
    results.add(result);
    return result;
  }

  private Result decideUnlessKnown(Op.Write op) {
    int fingerprint = Op.fingerprint(op);
    RequestRecord known = state.requests().get(op.requestId());
    if (known == null) {
      known = requests.stream().filter(r -> r.id().equals(op.requestId())).findFirst().orElse(null);
    }
    if (known != null) {
      return known.fingerprint() == fingerprint
          ? known.result()
          : new Result.Refused(
              "request-id-reused",
              "The request id " + op.requestId() + " was used for another request before.");
    }
    Result result = decideOnce(op);
    if (!(result instanceof Result.Refused)) {
      requests.add(new RequestRecord(op.requestId(), fingerprint, timeMillis, result));
    }
    return result;
  }

  private Result decideOnce(Op.Write op) {
    if (op instanceof Op.Put put) {
      return put(put);
    } else if (op instanceof Op.Delete delete) {
      return delete(delete);
    } else if (op instanceof Op.DeleteTree tree) {
      return deleteTree(tree);
    }
    throw new IllegalArgumentException("no such write: " + op);
  }

  private Result put(Op.Put put) {
    Entry old = state.entries().get(put.key());
    if (!holds(put.cas(), old)) {
      return unchanged(false);
    }
    boolean same =
        old != null && old.flags() == put.flags() && Arrays.equals(old.value(), put.value());
    if (same) {
      return unchanged(true);
    }
    long lockIndex = old == null ? 0 : old.lockIndex();
    return change(
        new Change.Stored(state.index() + 1, put.key(), put.value(), put.flags(), lockIndex));
  }

  private Result delete(Op.Delete delete) {
    Entry old = state.entries().get(delete.key());
    if (old == null) {
      return unchanged(true);
    }
    if (delete.cas().isPresent() && delete.cas().getAsLong() != old.modifyIndex()) {
      return unchanged(false);
    }
    return change(new Change.Deleted(state.index() + 1, delete.key()));
  }

  private Result deleteTree(Op.DeleteTree tree) {
    return state.under(tree.prefix()).iterator().hasNext()
        ? change(new Change.TreeDeleted(state.index() + 1, tree.prefix()))
        : unchanged(true);
  }

  private static boolean holds(OptionalLong cas, Entry old) {
    return cas.isEmpty() || cas.getAsLong() == (old == null ? 0 : old.modifyIndex());
  }

  private Result unchanged(boolean ok) {
    return new Result.Done(ok, state.index());
  }

  private Result change(Change change) {
    changes.add(change);
    state = state.apply(change);
    return new Result.Done(true, change.index());
  }
}

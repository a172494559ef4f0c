package io.flotilla.kv;

import io.flotilla.kv.Change.Reason;
import io.flotilla.kv.Committed.RequestRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
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

  /** What the key space decided by itself, asked by no gateway. */
  Committed event() {
    return event("", 0);
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
    int fingerprint = Fingerprint.of(op);
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

  Result decideOnce(Op.Write op) {
    if (op instanceof Op.Put put) {
      return put(put);
    } else if (op instanceof Op.Delete delete) {
      return delete(delete);
    } else if (op instanceof Op.DeleteTree tree) {
      return deleteTree(tree);
    } else if (op instanceof Op.Acquire acquire) {
      return acquire(acquire);
    } else if (op instanceof Op.Release release) {
      return release(release);
    } else if (op instanceof Op.CreateSession create) {
      return createSession(create);
    } else if (op instanceof Op.DestroySession destroy) {
      return destroySession(destroy);
    } else if (op instanceof Op.FailCheck fail) {
      return failCheck(fail);
    } else if (op instanceof Op.Txn txn) {
      return transaction(txn);
    }
    throw new IllegalArgumentException("no such write: " + op);
  }

  /** All or nothing: it is tried on a decision of its own. */
  private Result transaction(Op.Txn txn) {
    Decision attempt = on(state, timeMillis);
    Result result = new TxnDecision(attempt).decide(txn.ops());
    if (result instanceof Result.TxnDone) {
      changes.addAll(attempt.changes);
      state = attempt.state;
    }
    return result;
  }

  // ---- keys

  private Result put(Op.Put put) {
    if (isStale(put.fence())) {
      return stale(put.fence());
    }
    Entry old = state.entries().get(put.key());
    if (!holds(put.cas(), old)) {
      return unchanged(false);
    }
    return old == null
        ? store(null, put.key(), put.value(), put.flags(), 0, null, 0)
        : store(
            old, put.key(), put.value(), put.flags(), old.lockIndex(), old.session(), old.fence());
  }

  private Result delete(Op.Delete delete) {
    if (isStale(delete.fence())) {
      return stale(delete.fence());
    }
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

  /** An identical put changes no index. */
  private Result store(
      Entry old, String key, byte[] value, long flags, long lockIndex, String session, long fence) {
    boolean same =
        old != null
            && old.flags() == flags
            && old.lockIndex() == lockIndex
            && old.fence() == fence
            && Arrays.equals(old.value(), value);
    return same
        ? unchanged(true)
        : change(
            new Change.Stored(state.index() + 1, key, value, flags, lockIndex, session, fence));
  }

  private static boolean holds(OptionalLong cas, Entry old) {
    return cas.isEmpty() || cas.getAsLong() == (old == null ? 0 : old.modifyIndex());
  }

  // ---- locks

  private Result acquire(Op.Acquire a) {
    if (state.sessions().get(a.session()) == null) {
      return new Result.Refused(
          "unknown-session",
          "invalid session \"" + a.session() + "\": it has ended or never was. Create a new one.");
    }
    Entry old = state.entries().get(a.key());
    if (old != null && old.isHeldBy(a.session())) {
      store(old, a.key(), a.value(), a.flags(), old.lockIndex(), a.session(), old.fence());
      return new Result.Acquired(state.index(), old.fence());
    }
    if (old != null && old.session() != null || state.lockDelays().holds(a.key(), timeMillis)) {
      return unchanged(false);
    }
    long lockIndex = old == null ? 1 : old.lockIndex() + 1;
    long fence = state.index() + 1;
    store(old, a.key(), a.value(), a.flags(), lockIndex, a.session(), fence);
    return new Result.Acquired(fence, fence);
  }

  private Result release(Op.Release r) {
    Entry old = state.entries().get(r.key());
    return old == null || !old.isHeldBy(r.session())
        ? unchanged(false)
        : store(old, r.key(), r.value(), r.flags(), old.lockIndex(), null, 0);
  }

  private boolean isStale(long fence) {
    return fence != 0 && !state.fences().isLatest(fence);
  }

  private static Result stale(long fence) {
    return new Result.Refused(
        "stale-fencing-token",
        "The fencing token "
            + fence
            + " is not the latest of its lock: another has acquired it since, or it was never"
            + " given. Nothing was written; acquire the lock anew before you go on.");
  }

  // ---- sessions

  private Result createSession(Op.CreateSession create) {
    Session session = create.session();
    if (state.sessions().get(session.id()) == null) {
      change(new Change.SessionCreated(state.index() + 1, session));
    }
    return new Result.SessionCreated(state.index(), session.id());
  }

  private Result destroySession(Op.DestroySession destroy) {
    end(destroy.id(), Reason.DESTROYED);
    return unchanged(true);
  }

  private Result failCheck(Op.FailCheck fail) {
    state.sessions().all().stream()
        .filter(s -> s.node().equals(fail.node()) && s.dependsOn(fail.check()))
        .map(Session::id)
        .toList()
        .forEach(id -> end(id, Reason.CHECK_FAILED));
    return unchanged(true);
  }

  /** Their time is over. */
  void expire(Collection<String> ids) {
    ids.forEach(id -> end(id, Reason.EXPIRED));
  }

  /** A session ends, and what it held is released or deleted, all in one event. */
  private void end(String id, Reason reason) {
    Session session = state.sessions().get(id);
    if (session == null) {
      return;
    }
    List<String> held = List.copyOf(state.sessions().heldBy(id));
    long delayMillis = (session.lockDelayNanos() + 999_999) / 1_000_000;
    long until = held.isEmpty() || delayMillis == 0 ? 0 : timeMillis + delayMillis;
    change(new Change.SessionEnded(state.index() + 1, id, reason, until));
    for (String key : held) {
      change(
          session.behavior() == Session.Behavior.DELETE
              ? new Change.Deleted(state.index() + 1, key)
              : new Change.Released(state.index() + 1, key));
    }
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

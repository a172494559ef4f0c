package io.flotilla.kv;

import io.flotilla.entity.BatchDecision;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;
import io.flotilla.kv.Change.Reason;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * Decides the operations of one batch, one after another, each on the state its predecessors left.
 * Nothing is changed until the event of the batch is stored.
 */
final class Decision extends BatchDecision<KeySpaceState, Change> {

  private Decision(EntityState<KeySpaceState, Change> state, Moment at) {
    super(state, at);
  }

  static Decision on(EntityState<KeySpaceState, Change> state, Moment at) {
    return new Decision(state, at);
  }

  @Override
  protected int fingerprint(Operation.Write write) {
    return Fingerprint.of((Op.Write) write);
  }

  @Override
  protected Result decideOnce(Operation.Write op) {
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
    Decision attempt = on(whole(), at());
    Result result = new TxnDecision(attempt).decide(txn.ops());
    if (result instanceof KvResult.TxnDone) {
      take(attempt);
    }
    return result;
  }

  // ---- keys

  private Result put(Op.Put put) {
    if (isStale(put.fence())) {
      return stale(put.fence());
    }
    Entry old = state().entries().get(put.key());
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
    Entry old = state().entries().get(delete.key());
    if (old == null) {
      return unchanged(true);
    }
    if (delete.cas().isPresent() && delete.cas().getAsLong() != old.modifyIndex()) {
      return unchanged(false);
    }
    return done(new Change.Deleted(state().index() + 1, delete.key()));
  }

  private Result deleteTree(Op.DeleteTree tree) {
    return state().under(tree.prefix()).iterator().hasNext()
        ? done(new Change.TreeDeleted(state().index() + 1, tree.prefix()))
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
        : done(
            new Change.Stored(state().index() + 1, key, value, flags, lockIndex, session, fence));
  }

  private static boolean holds(OptionalLong cas, Entry old) {
    return cas.isEmpty() || cas.getAsLong() == (old == null ? 0 : old.modifyIndex());
  }

  // ---- locks

  private Result acquire(Op.Acquire a) {
    if (state().sessions().get(a.session()) == null) {
      return new Result.Refused(
          "unknown-session",
          "invalid session \"" + a.session() + "\": it has ended or never was. Create a new one.");
    }
    Entry old = state().entries().get(a.key());
    if (old != null && old.isHeldBy(a.session())) {
      store(old, a.key(), a.value(), a.flags(), old.lockIndex(), a.session(), old.fence());
      return new KvResult.Acquired(state().index(), old.fence());
    }
    if (old != null && old.session() != null || state().lockDelays().holds(a.key(), nowMillis())) {
      return unchanged(false);
    }
    long lockIndex = old == null ? 1 : old.lockIndex() + 1;
    long fence = state().index() + 1;
    store(old, a.key(), a.value(), a.flags(), lockIndex, a.session(), fence);
    return new KvResult.Acquired(fence, fence);
  }

  private Result release(Op.Release r) {
    Entry old = state().entries().get(r.key());
    return old == null || !old.isHeldBy(r.session())
        ? unchanged(false)
        : store(old, r.key(), r.value(), r.flags(), old.lockIndex(), null, 0);
  }

  private boolean isStale(long fence) {
    return fence != 0 && !state().fences().isLatest(fence);
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
    if (state().sessions().get(session.id()) == null) {
      change(new Change.SessionCreated(state().index() + 1, session));
    }
    return new KvResult.SessionCreated(state().index(), session.id());
  }

  private Result destroySession(Op.DestroySession destroy) {
    end(destroy.id(), Reason.DESTROYED);
    return unchanged(true);
  }

  private Result failCheck(Op.FailCheck fail) {
    state().sessions().all().stream()
        .filter(s -> s.dependsOn(fail.check()))
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
    Session session = state().sessions().get(id);
    if (session == null) {
      return;
    }
    List<String> held = List.copyOf(state().sessions().heldBy(id));
    long until = held.isEmpty() ? 0 : LockDelays.end(nowMillis(), session.lockDelayNanos());
    change(new Change.SessionEnded(state().index() + 1, id, reason, until));
    for (String key : held) {
      change(
          session.behavior() == Session.Behavior.DELETE
              ? new Change.Deleted(state().index() + 1, key)
              : new Change.Released(state().index() + 1, key));
    }
  }

  private Result unchanged(boolean ok) {
    return new Result.Done(ok, state().index());
  }

  private Result done(Change change) {
    change(change);
    return new Result.Done(true, change.index());
  }
}

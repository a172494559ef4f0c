package io.flotilla.kv;

import io.flotilla.entity.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Decides a transaction: its operations one after another, each on what its predecessors did. If
 * one fails, all failures are told and nothing is done. The texts of the failures are Consul's.
 */
final class TxnDecision {
  /** A transaction that writes is stored with its results; it may read so many bytes. */
  static final long STORED_BYTES = 512 * 1024;

  private final Decision decision;
  private final List<Entry> results = new ArrayList<>();
  private final List<KvResult.TxnError> errors = new ArrayList<>();

  /**
   * @param decision to be thrown away unless the result is a {@link KvResult.TxnDone}
   */
  TxnDecision(Decision decision) {
    this.decision = decision;
  }

  Result decide(List<TxnOp> ops) {
    for (int i = 0; i < ops.size(); i++) {
      String failure = decide(ops.get(i));
      if (failure != null) {
        errors.add(new KvResult.TxnError(i, failure));
      }
    }
    if (!errors.isEmpty()) {
      return new KvResult.TxnFailed(decision.state().index(), errors);
    }
    KvResult.TxnDone done = new KvResult.TxnDone(decision.state().index(), results);
    if (!decision.changes().isEmpty() && done.bytes() > STORED_BYTES) {
      return new Result.Refused(
          "answer-too-large",
          "A transaction that writes may read at most 512 KiB; read in one of its own.");
    }
    return done;
  }

  /** Returns why it failed, or null. */
  private String decide(TxnOp op) {
    return switch (op.verb()) {
      case SET, CAS -> set(op);
      case LOCK -> lock(op);
      case UNLOCK -> unlock(op);
      case GET -> get(op);
      case GET_TREE -> {
        decision.state().under(op.key()).forEach(results::add);
        yield null;
      }
      case CHECK_INDEX -> checkIndex(op);
      case CHECK_SESSION -> checkSession(op);
      case CHECK_NOT_EXISTS -> entry(op) == null ? null : "key \"" + op.key() + "\" exists";
      case DELETE, DELETE_CAS -> delete(op);
      case DELETE_TREE -> {
        decision.decideOnce(new Op.DeleteTree(op.key(), null));
        yield null;
      }
    };
  }

  private String set(TxnOp op) {
    OptionalLong cas =
        op.verb() == TxnOp.Verb.CAS ? OptionalLong.of(op.index()) : OptionalLong.empty();
    return done(
        op,
        decision.decideOnce(new Op.Put(op.key(), op.value(), op.flags(), cas, 0, null)),
        "failed to set key \"" + op.key() + "\", index is stale");
  }

  private String lock(TxnOp op) {
    return done(
        op,
        decision.decideOnce(new Op.Acquire(op.key(), op.value(), op.flags(), op.session(), null)),
        "failed to lock key \"" + op.key() + "\", lock is already held");
  }

  private String unlock(TxnOp op) {
    return done(
        op,
        decision.decideOnce(new Op.Release(op.key(), op.value(), op.flags(), op.session(), null)),
        "failed to unlock key \""
            + op.key()
            + "\", lock isn't held, or is held by another session");
  }

  private String delete(TxnOp op) {
    OptionalLong cas =
        op.verb() == TxnOp.Verb.DELETE_CAS ? OptionalLong.of(op.index()) : OptionalLong.empty();
    Result result = decision.decideOnce(new Op.Delete(op.key(), cas, 0, null));
    return ((Result.Done) result).ok()
        ? null
        : "failed to delete key \"" + op.key() + "\", index is stale";
  }

  private String get(TxnOp op) {
    Entry entry = entry(op);
    if (entry == null) {
      return missing(op);
    }
    results.add(entry);
    return null;
  }

  private String checkIndex(TxnOp op) {
    Entry entry = entry(op);
    if (entry == null) {
      return missing(op);
    } else if (entry.modifyIndex() != op.index()) {
      return "failed index check for key \""
          + op.key()
          + "\", current modify index "
          + entry.modifyIndex()
          + " != "
          + op.index();
    }
    return shown(entry);
  }

  private String checkSession(TxnOp op) {
    Entry entry = entry(op);
    if (entry == null) {
      return missing(op);
    }
    String holder = entry.session() == null ? "" : entry.session();
    if (!holder.equals(op.session())) {
      return "failed session check for key \""
          + op.key()
          + "\", current session \""
          + holder
          + "\" != \""
          + op.session()
          + "\"";
    }
    return shown(entry);
  }

  private String done(TxnOp op, Result result, String otherwise) {
    if (result instanceof Result.Refused refused) {
      return refused.message();
    } else if (result instanceof Result.Done done && !done.ok()) {
      return otherwise;
    }
    return shown(entry(op));
  }

  /** Only a get answers the value. */
  private String shown(Entry entry) {
    results.add(entry.withoutValue());
    return null;
  }

  private Entry entry(TxnOp op) {
    return decision.state().entries().get(op.key());
  }

  private static String missing(TxnOp op) {
    return "key \"" + op.key() + "\" doesn't exist";
  }
}

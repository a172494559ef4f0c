package io.flotilla.kv;

import io.flotilla.entity.Operation;
import io.flotilla.entity.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Several operations that are done together or not at all: one after another, each on what its
 * predecessors did. If one fails, all failures are answered and nothing is done. The texts of the
 * failures are Consul's.
 *
 * @param ops at most {@link #MAX_OPS}
 */
public record Txn(List<TxnOp> ops) implements Operation.Write<KeySpaceDraft, KvResult.TxnResult> {
  /** As in Consul. */
  public static final int MAX_OPS = 128;

  /** A transaction that writes is stored with its results; it may read this many bytes. */
  static final long STORED_BYTES = 512 * 1024;

  @Override
  public int bytes() {
    return 256 + ops.stream().mapToInt(o -> o.key().length() + o.value().length + 128).sum();
  }

  @Override
  public KvResult.TxnResult decide(KeySpaceDraft draft) {
    KeySpaceDraft attempt = draft.attempt();
    KvResult.TxnResult result = new Attempt(attempt).decide(ops);
    if (result.errors().isEmpty()) {
      draft.take(attempt);
    }
    return result;
  }

  private static final class Attempt {
    private static final String NO_SESSION = "missing session";

    private final KeySpaceDraft draft;
    private final List<Entry> results = new ArrayList<>();
    private final List<KvResult.TxnError> errors = new ArrayList<>();

    /**
     * @param draft to be thrown away if something fails
     */
    Attempt(KeySpaceDraft draft) {
      this.draft = draft;
    }

    KvResult.TxnResult decide(List<TxnOp> ops) {
      for (int i = 0; i < ops.size(); i++) {
        String failure = decide(ops.get(i));
        if (failure != null) {
          errors.add(new KvResult.TxnError(i, failure));
        }
      }
      KvResult.TxnResult result =
          new KvResult.TxnResult(
              draft.state().index(), errors.isEmpty() ? results : List.of(), errors);
      if (!draft.changes().isEmpty() && result.bytes() > STORED_BYTES) {
        throw new Refusal(
            "answer-too-large",
            "A transaction that writes may read at most 512 KiB; read in one of its own.");
      }
      return result;
    }

    /** Returns why it failed, or null. */
    private String decide(TxnOp op) {
      return switch (op.verb()) {
        case SET, CAS -> set(op);
        case LOCK -> lock(op);
        case UNLOCK -> unlock(op);
        case GET -> get(op);
        case GET_OR_EMPTY -> {
          Entry entry = entry(op);
          results.add(entry == null ? Entry.none(op.key()) : entry);
          yield null;
        }
        case GET_TREE -> {
          draft.state().under(op.key()).forEach(results::add);
          yield null;
        }
        case CHECK_INDEX -> checkIndex(op);
        case CHECK_SESSION -> checkSession(op);
        case CHECK_NOT_EXISTS -> entry(op) == null ? null : "key \"" + op.key() + "\" exists";
        case DELETE, DELETE_CAS -> delete(op);
        case DELETE_TREE -> {
          new KeyOp.DeleteTree(op.key()).decide(draft);
          yield null;
        }
      };
    }

    private String set(TxnOp op) {
      OptionalLong cas =
          op.verb() == TxnOp.Verb.CAS ? OptionalLong.of(op.index()) : OptionalLong.empty();
      return done(
          op,
          new KeyOp.Put(op.key(), op.value(), op.flags(), cas, 0).decide(draft).ok(),
          "failed to set key \"" + op.key() + "\", index is stale");
    }

    private String lock(TxnOp op) {
      if (op.session().isEmpty()) {
        return NO_SESSION;
      }
      try {
        return done(
            op,
            new LockOp.Acquire(op.key(), op.value(), op.flags(), op.session()).decide(draft).ok(),
            "failed to lock key \"" + op.key() + "\", lock is already held");
      } catch (Refusal refusal) {
        return refusal.getMessage();
      }
    }

    private String unlock(TxnOp op) {
      if (op.session().isEmpty()) {
        return NO_SESSION;
      }
      return done(
          op,
          new LockOp.Release(op.key(), op.value(), op.flags(), op.session()).decide(draft).ok(),
          "failed to unlock key \""
              + op.key()
              + "\", lock isn't held, or is held by another session");
    }

    private String delete(TxnOp op) {
      OptionalLong cas =
          op.verb() == TxnOp.Verb.DELETE_CAS ? OptionalLong.of(op.index()) : OptionalLong.empty();
      return new KeyOp.Delete(op.key(), cas, 0).decide(draft).ok()
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

    private String done(TxnOp op, boolean ok, String otherwise) {
      return ok ? shown(entry(op)) : otherwise;
    }

    /** Only a get answers the value. */
    private String shown(Entry entry) {
      results.add(entry.withoutValue());
      return null;
    }

    private Entry entry(TxnOp op) {
      return draft.entry(op.key());
    }

    private static String missing(TxnOp op) {
      return "key \"" + op.key() + "\" doesn't exist";
    }
  }
}

package io.flotilla.kv;

import io.flotilla.entity.Operation.Write;
import io.flotilla.entity.Refusal;
import io.flotilla.entity.Result;

/** Keys as locks, which sessions hold. */
public final class LockOp {
  private LockOp() {}

  /** Writes and locks the key for the session, unless another session holds it. */
  public record Acquire(String key, byte[] value, long flags, String session)
      implements Write<KeySpaceDraft, KvResult.Acquired> {
    @Override
    public KvResult.Acquired decide(KeySpaceDraft draft) {
      if (draft.state().sessions().get(session) == null) {
        throw new Refusal(
            "unknown-session",
            "invalid session \"" + session + "\": it has ended or never was. Create a new one.");
      }
      Entry old = draft.entry(key);
      if (old != null && old.isHeldBy(session)) {
        draft.store(old, key, value, flags, old.lockIndex(), session, old.fence());
        return new KvResult.Acquired(true, draft.state().index(), old.fence());
      }
      boolean held = old != null && old.session() != null;
      if (held || draft.state().lockDelays().holds(key, draft.nowMillis())) {
        return new KvResult.Acquired(false, draft.state().index(), 0);
      }
      long lockIndex = old == null ? 1 : old.lockIndex() + 1;
      long fence = draft.nextIndex();
      draft.store(old, key, value, flags, lockIndex, session, fence);
      return new KvResult.Acquired(true, fence, fence);
    }

    @Override
    public int bytes() {
      return key.length() + value.length + 128;
    }
  }

  /** Writes and unlocks the key, if the session holds it. */
  public record Release(String key, byte[] value, long flags, String session)
      implements Write<KeySpaceDraft, Result.Done> {
    @Override
    public Result.Done decide(KeySpaceDraft draft) {
      Entry old = draft.entry(key);
      return old == null || !old.isHeldBy(session)
          ? draft.unchanged(false)
          : draft.store(old, key, value, flags, old.lockIndex(), null, 0);
    }

    @Override
    public int bytes() {
      return key.length() + value.length + 128;
    }
  }
}

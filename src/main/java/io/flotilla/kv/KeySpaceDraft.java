package io.flotilla.kv;

import io.flotilla.entity.Draft;
import io.flotilla.entity.EntityState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Result;
import io.flotilla.kv.Change.Reason;
import java.util.Arrays;
import java.util.List;

/** A key space while a batch is decided. */
public final class KeySpaceDraft extends Draft<KeySpaceState, Change> {

  KeySpaceDraft(EntityState<KeySpaceState, Change> state, Moment at) {
    super(state, at);
  }

  /** A draft on this one's state, whose changes may be taken or dropped. */
  KeySpaceDraft attempt() {
    return new KeySpaceDraft(whole(), at());
  }

  Entry entry(String key) {
    return state().entries().get(key);
  }

  Result.Done done(Change change) {
    change(change);
    return new Result.Done(true, change.index());
  }

  /** Nothing has changed, as it is there already or because a condition did not hold. */
  Result.Done unchanged(boolean ok) {
    return new Result.Done(ok, state().index());
  }

  /** An identical value changes no index. */
  Result.Done store(
      Entry old, String key, byte[] value, long flags, long lockIndex, String session, long fence) {
    boolean same =
        old != null
            && old.flags() == flags
            && old.lockIndex() == lockIndex
            && old.fence() == fence
            && Arrays.equals(old.value(), value);
    return same
        ? unchanged(true)
        : done(new Change.Stored(nextIndex(), key, value, flags, lockIndex, session, fence));
  }

  /** A session ends, and what it held is released or deleted, all in one event. */
  void end(String id, Reason reason) {
    Session session = state().sessions().get(id);
    if (session == null) {
      return;
    }
    List<String> held = List.copyOf(state().sessions().heldBy(id));
    long until = held.isEmpty() ? 0 : LockDelays.end(nowMillis(), session.lockDelayNanos());
    change(new Change.SessionEnded(nextIndex(), id, reason, until));
    for (String key : held) {
      change(
          session.behavior() == Session.Behavior.DELETE
              ? new Change.Deleted(nextIndex(), key)
              : new Change.Released(nextIndex(), key));
    }
  }
}

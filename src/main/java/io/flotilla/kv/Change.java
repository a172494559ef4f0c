package io.flotilla.kv;

import io.flotilla.entity.Fact;

/** What a write to the key space changed. */
public sealed interface Change extends Fact {
  /**
   * A key got this value. Its createIndex stays if the key existed, and is {@code index} otherwise.
   *
   * @param session the key's holder from now on, or null
   * @param fence the holder's fencing token: {@code index} when the holder is new; 0 without one
   */
  record Stored(
      long index, String key, byte[] value, long flags, long lockIndex, String session, long fence)
      implements Change {}

  /** A key lost its holder and kept its value. */
  record Released(long index, String key) implements Change {}

  record Deleted(long index, String key) implements Change {}

  /** Every key that starts with the prefix is gone. */
  record TreeDeleted(long index, String prefix) implements Change {}

  /** Its createIndex is {@code index}. */
  record SessionCreated(long index, Session session) implements Change {}

  /**
   * A session is no more. The changes after this one release or delete what it held.
   *
   * @param delayUntilMillis until then, in the key space's own time, nobody can acquire what it
   *     held; 0 for no lock-delay
   */
  record SessionEnded(long index, String id, Reason reason, long delayUntilMillis)
      implements Change {}

  /**
   * All before this is from a backup. The index is greater than any that was ever given, so none is
   * given twice, and whoever waits for a change after one of those is answered.
   */
  record Restored(long index) implements Change {}

  /** Why a session ended. */
  enum Reason {
    DESTROYED,
    EXPIRED,
    CHECK_FAILED
  }

  @Override
  default long bytes() {
    if (this instanceof Stored s) {
      return s.key().length() + s.value().length + 32L;
    }
    return this instanceof SessionCreated c ? c.session().bytes() : 64;
  }
}

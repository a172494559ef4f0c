package io.flotilla.kv;

/** What a write changed: a fact, applied without any further decision. */
public sealed interface Change {
  /** The namespace's index of this change; each change has one of its own. */
  long index();

  /**
   * A key got this value. Its createIndex stays if the key existed, and is {@code index} otherwise.
   */
  record Stored(long index, String key, byte[] value, long flags, long lockIndex)
      implements Change {}

  record Deleted(long index, String key) implements Change {}

  /** Every key that starts with the prefix is gone. */
  record TreeDeleted(long index, String prefix) implements Change {}
}

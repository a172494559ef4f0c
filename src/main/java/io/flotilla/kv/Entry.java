package io.flotilla.kv;

/**
 * One key with its value, as Consul describes it
 * (https://developer.hashicorp.com/consul/api-docs/kv).
 *
 * @param value at most 524,288 bytes; never changed after it was given here
 * @param flags an unsigned 64-bit number that only the clients understand
 * @param createIndex the namespace's index when the key was created; survives updates
 * @param modifyIndex the namespace's index of the last change
 * @param lockIndex how many times the key was acquired by a new holder
 * @param session the holder, or null
 * @param fence the holder's fencing token, 0 without a holder; see {@link Fences}
 */
public record Entry(
    String key,
    byte[] value,
    long flags,
    long createIndex,
    long modifyIndex,
    long lockIndex,
    String session,
    long fence) {

  private static final byte[] NO_VALUE = {};

  /** What is told of a key that isn't there, to who asks for that. */
  static Entry none(String key) {
    return new Entry(key, NO_VALUE, 0, 0, 0, 0, null, 0);
  }

  /** Measured: this record, the headers of key and value, a node of the tree. */
  static final int OVERHEAD = 168;

  /**
   * What a holder adds: its name, here and where its session lists what it holds, and the fence.
   */
  private static final int HELD = 320;

  boolean isHeldBy(String id) {
    return session != null && session.equals(id);
  }

  Entry withoutValue() {
    return new Entry(key, NO_VALUE, flags, createIndex, modifyIndex, lockIndex, session, fence);
  }

  Entry released(long index) {
    return new Entry(key, value, flags, createIndex, index, lockIndex, null, 0);
  }

  /** What the entry occupies in memory, its place among the others included. */
  int bytes() {
    return key.length() + value.length + OVERHEAD + (session == null ? 0 : HELD);
  }
}

package io.flotilla.client;

import java.nio.charset.StandardCharsets;

/**
 * A key with its value and its bookkeeping.
 *
 * @param value never null; treat it as read-only
 * @param flags an unsigned 64-bit number of the writer's own
 * @param createIndex the namespace's index at which the key came to be
 * @param modifyIndex the index of its last change: what compare-and-set compares
 * @param lockIndex how often the key has been locked
 * @param session the session that holds its lock, null if none
 */
public record Entry(
    String key,
    byte[] value,
    long flags,
    long createIndex,
    long modifyIndex,
    long lockIndex,
    String session) {

  /** The value read as UTF-8. */
  public String text() {
    return new String(value, StandardCharsets.UTF_8);
  }
}

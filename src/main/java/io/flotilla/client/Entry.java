package io.flotilla.client;

import java.nio.charset.StandardCharsets;

/**
 * A key with its value and its bookkeeping (<a
 * href="https://developer.hashicorp.com/consul/api-docs/kv#read-key">Consul's fields</a>). Two
 * entries are equal only if they share the array of the value.
 *
 * @param key its whole name
 * @param value at most 512 KiB, never null; treat it as read-only
 * @param flags an unsigned 64-bit number of the writer's own, 0 unless set
 * @param createIndex the namespace's index at which the key was created
 * @param modifyIndex the index of its last change, which compare-and-set compares
 * @param lockIndex how many times the key has been locked since it was created
 * @param session the session that holds its lock; null if none
 */
public record Entry(
    String key,
    byte[] value,
    long flags,
    long createIndex,
    long modifyIndex,
    long lockIndex,
    String session) {

  /** {@return the value read as UTF-8} */
  public String text() {
    return new String(value, StandardCharsets.UTF_8);
  }
}

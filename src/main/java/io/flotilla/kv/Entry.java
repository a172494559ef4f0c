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
 */
public record Entry(
    String key, byte[] value, long flags, long createIndex, long modifyIndex, long lockIndex) {

  /** Roughly what the entry occupies, for limits on answers and checkpoints. */
  int bytes() {
    return key.length() + value.length + 48;
  }
}

package io.flotilla.wire;

/**
 * Marks a message that Akka stores. If it contains fields unknown to this version, it is read as a
 * {@link Partial}, so that the reader can avoid losing them.
 */
public interface StoredMessage extends Message {}

package io.flotilla.wire;

/**
 * Marks a message that Akka stores. If this version doesn't know all that is in one, it is read as
 * a {@link Partial}: whoever reads it must not be the reason that the rest is lost.
 */
public interface StoredMessage extends Message {}

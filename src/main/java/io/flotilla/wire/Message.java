package io.flotilla.wire;

/**
 * Marks a record that Akka sends or stores on its own. It has a message in {@code src/main/proto}
 * and is bound to {@link WireSerializer} in akka.conf. Records that are only part of a message need
 * no mark.
 */
public interface Message {}

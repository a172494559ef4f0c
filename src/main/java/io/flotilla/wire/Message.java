package io.flotilla.wire;

/**
 * Marks a record that Akka sends or stores by itself. It has a message in {@code src/main/proto},
 * and is bound to {@link WireSerializer} in akka.conf. What is only part of a message needs no
 * mark.
 */
public interface Message {}

package io.flotilla.entity;

/**
 * Marks what travels between nodes (bound to Jackson CBOR in akka.conf). What is stored has a form
 * of its own, which each kind of entity defines with {@link ByteWriter}.
 */
public interface EntityMessage {}

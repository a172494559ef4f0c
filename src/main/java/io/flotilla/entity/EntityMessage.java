package io.flotilla.entity;

/**
 * Marks what travels between nodes (bound to Jackson CBOR in akka.conf). What is stored has a form
 * of its own, see {@link EntityCodec}.
 */
public interface EntityMessage {}

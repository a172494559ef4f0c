package io.flotilla.kv;

/**
 * Marks what travels between nodes (bound to Jackson CBOR in akka.conf). What is stored has a form
 * of its own, see {@link KvCodec}.
 */
public interface KvMessage {}

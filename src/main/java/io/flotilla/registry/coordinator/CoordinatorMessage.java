package io.flotilla.registry.coordinator;

/** Marks what the coordinator and the nodes tell each other; bound to Jackson CBOR in akka.conf. */
public interface CoordinatorMessage {}

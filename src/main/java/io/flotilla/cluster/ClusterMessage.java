package io.flotilla.cluster;

/** Marks what members tell each other; bound to Jackson CBOR in akka.conf. */
public interface ClusterMessage {}

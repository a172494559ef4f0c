package io.flotilla.topic;

/** Marks what travels between nodes; bound to Jackson CBOR in akka.conf. */
public interface TopicMessage {}

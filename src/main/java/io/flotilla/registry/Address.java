package io.flotilla.registry;

/** One of the tagged addresses of a service, e.g. that for clients elsewhere. */
public record Address(String host, int port) {}

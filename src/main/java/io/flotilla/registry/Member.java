package io.flotilla.registry;

/**
 * A Flotilla node, as it introduces itself.
 *
 * @param address under which its services are found
 * @param port of its HTTP API
 */
public record Member(String name, String address, int port) {}

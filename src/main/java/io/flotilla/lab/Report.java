package io.flotilla.lab;

/**
 * What a node says has happened to it. Invariants are folds over these.
 *
 * @param node who says so
 * @param event what happened
 */
public record Report(String node, Event event) {}

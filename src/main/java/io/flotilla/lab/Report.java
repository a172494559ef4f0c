package io.flotilla.lab;

/**
 * What a node reports to have happened to it. Invariants are folds over reports.
 *
 * @param node the one that reports it
 * @param event what happened
 */
public record Report(String node, Event event) {}

package io.flotilla.entity;

/**
 * What this node knows of the leader.
 *
 * @param known whether there is one, as far as this node knows
 * @param millis since it was last heard; 0 on its own node
 */
public record LeaderContact(boolean known, long millis) {}

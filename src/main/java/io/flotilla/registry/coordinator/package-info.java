/**
 * The coordinator: one actor in the cluster that makes the active health checks, follows which
 * Flotilla nodes are there, and publishes the table that every node balances by. Control plane
 * only: while it is down or moves, each node goes on with the last table it has.
 */
package io.flotilla.registry.coordinator;

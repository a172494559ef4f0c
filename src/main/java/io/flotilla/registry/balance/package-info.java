/**
 * Which instance of a service gets the next request. Pure: no actors, no sockets, no clock of its
 * own.
 *
 * <p>A {@link io.flotilla.registry.balance.Table} says which instances of which services may be
 * used; the coordinator publishes a new version of it whenever that changes. Each node (and each
 * {@code proxy} process) has a {@link io.flotilla.registry.balance.Balancer}, which picks from the
 * latest table it has heard of. So picking needs nobody else, and goes on while the coordinator
 * moves. What one balancer knows by itself, requests under way and instances that refused it, stays
 * with it.
 */
package io.flotilla.registry.balance;

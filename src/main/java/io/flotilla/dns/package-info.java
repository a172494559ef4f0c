/**
 * DNS as Consul answers it: services and nodes by their names, for whoever speaks nothing else.
 *
 * <p>{@link io.flotilla.dns.AskedName} reads a name, {@link io.flotilla.dns.Zone} answers it from
 * the table that this node balances by, {@link io.flotilla.dns.Responder} makes messages of both,
 * and {@link io.flotilla.dns.DnsServer} has the sockets. Nothing is asked of another node, so there
 * are answers while the coordinator, or everybody else, is away. Messages are dnsjava's.
 */
package io.flotilla.dns;

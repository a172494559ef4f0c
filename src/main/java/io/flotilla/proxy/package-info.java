/**
 * The reverse proxy for TCP: clients connect to one address, and each connection goes to an
 * instance that the {@link io.flotilla.registry.balance.Balancer} picks. Runs within a node ({@code
 * flotilla.proxies}) and as a process of its own ({@code ./flotilla proxy}).
 *
 * <p>{@link io.flotilla.proxy.Connector} finds an instance that accepts a connection; {@link
 * io.flotilla.proxy.TcpProxy} listens and joins the two connections; {@link
 * io.flotilla.proxy.Proxies} starts and drains all proxies of a process. The HTTP proxy in {@code
 * http} uses the same connector.
 *
 * <p>Its limits: a client that keeps a connection open sends everything to one instance, and loses
 * the connection when that dies. Only data not yet sent to any instance is tried elsewhere.
 * Consistent hashing can only use the client's address.
 */
package io.flotilla.proxy;

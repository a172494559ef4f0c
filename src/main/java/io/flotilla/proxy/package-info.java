/**
 * The reverse proxy for TCP: clients connect to one address, and each connection goes to an
 * instance that the {@link io.flotilla.registry.balance.Balancer} picks. Runs within a node ({@code
 * flotilla.proxies}) and as a process of its own ({@code ./flotilla proxy}).
 *
 * <p>{@link io.flotilla.proxy.Connector} finds an instance that takes a connection; {@link
 * io.flotilla.proxy.TcpProxy} listens and joins the two connections; {@link
 * io.flotilla.proxy.Proxies} starts and drains those of one process. The HTTP proxy in {@code http}
 * uses the same connector.
 *
 * <p>What it can't do: a connection stays with its instance, so a client that keeps a connection
 * open sends everything to one instance, and loses the connection when that dies. Only what has not
 * been sent to anybody is tried elsewhere. Consistent hashing knows no more than the client's
 * address here.
 */
package io.flotilla.proxy;

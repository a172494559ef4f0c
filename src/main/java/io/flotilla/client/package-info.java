/**
 * A typed Java client of Flotilla's HTTP API: asynchronous, with failover between addresses.
 *
 * <p>Start at {@link io.flotilla.client.Flotilla}. One class per feature ({@link
 * io.flotilla.client.KeyValue}, {@link io.flotilla.client.ClusterApi}) builds the paths and reads
 * the answers; all of them send through one {@code Transport}, which alone knows about addresses,
 * deadlines and retries.
 *
 * <p>{@link io.flotilla.client.Recipes} are what processes do together. All are made of a {@code
 * Place}, a key that vanishes with the session that holds it, and of blocking queries.
 *
 * <p>What a caller may rely on:
 *
 * <ul>
 *   <li>Every request ends within its deadline, to which a blocking query adds its wait. Methods
 *       that wait for a lock or follow a stream last as long as they have to.
 *   <li>A write of keys, sessions or services is applied once, no matter how many times it was
 *       sent: each carries a request id that the cluster remembers.
 *   <li>A write whose result could not be learned ends with {@link
 *       io.flotilla.client.OutcomeUnknownException}, never with a guess.
 * </ul>
 *
 * <p>Where Consul has the same, the API is <a
 * href="https://developer.hashicorp.com/consul/api-docs">Consul's</a>.
 */
package io.flotilla.client;

/**
 * A typed Java client of Flotilla's HTTP API: asynchronous, several addresses with failover.
 *
 * <p>Begin at {@link io.flotilla.client.Flotilla}. One class per feature ({@link
 * io.flotilla.client.KeyValue}, {@link io.flotilla.client.ClusterApi}) builds the paths and reads
 * the answers; all of them send through one {@code Transport}, which alone knows about addresses,
 * deadlines and retries.
 *
 * <p>What a caller may rely on:
 *
 * <ul>
 *   <li>Every operation ends within its deadline.
 *   <li>A write is applied once, however often it had to be sent: each carries a request id that
 *       the cluster remembers.
 *   <li>A write whose result could not be learned ends with {@link
 *       io.flotilla.client.OutcomeUnknownException}, never with a guess.
 * </ul>
 */
package io.flotilla.client;

/**
 * The registry: which services there are, where, and how they are.
 *
 * <p>{@link io.flotilla.registry.CatalogOp} are the questions and writes, {@link
 * io.flotilla.registry.CatalogResult} the answers. A write is decided by {@code CatalogDecision} on
 * the {@code CatalogState} of its namespace; what it changes are {@code CatalogChange}s, which are
 * stored and then applied. All of this is immutable and knows neither actors nor time.
 */
package io.flotilla.registry;

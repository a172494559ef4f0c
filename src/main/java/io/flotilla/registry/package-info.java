/**
 * The registry: which services there are, where, and how they are.
 *
 * <p>{@link io.flotilla.registry.CatalogRead} are the questions, {@link
 * io.flotilla.registry.CatalogResult} the answers. {@link io.flotilla.registry.AgentOp}, {@link
 * io.flotilla.registry.NodeOp}, {@link io.flotilla.registry.MemberOp}, {@link
 * io.flotilla.registry.QueryOp}, {@link io.flotilla.registry.FireEvent} and {@link
 * io.flotilla.registry.CatalogTxn}, which is several at once, are the writes: each decides itself
 * on a {@link io.flotilla.registry.CatalogDraft}; what it changes are {@link
 * io.flotilla.registry.CatalogChange}s, which are stored and then applied to the {@link
 * io.flotilla.registry.CatalogState}. All of this knows neither actors nor clocks; {@link
 * io.flotilla.registry.Catalog} makes an entity of it, and {@link io.flotilla.registry.Registry} is
 * a node's client of all catalogs.
 */
package io.flotilla.registry;

/**
 * The key-value store: one sharded persistent actor per namespace, one gateway per node and
 * namespace.
 */
package io.flotilla.kv;

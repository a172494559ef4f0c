/**
 * The one format for storage and transport: Protocol Buffers.
 *
 * <p>Each record that leaves a node's memory has a message of the same name in {@code
 * src/main/proto}, with a field for each of its components: {@code io.flotilla.kv.Change$Stored} is
 * {@code flotilla.kv.Change.Stored}. The message is the contract. It may gain fields, but a field
 * number, once used, keeps its meaning, so that nodes of two versions understand each other.
 *
 * <p>No code is generated: {@link io.flotilla.wire.Wire} matches fields and components by name and
 * writes with protobuf's own streams. The domain's records need no generated twins, and a new
 * message takes a record and a few lines of proto.
 *
 * <p>Data too large for one message is a sequence of them, {@link io.flotilla.wire.Parts}. Messages
 * that Akka stores are {@link io.flotilla.wire.StoredMessage}s: fields written by a later version
 * must not get lost.
 */
package io.flotilla.wire;

/**
 * The one form in which things are stored and sent: Protocol Buffers.
 *
 * <p>Each record that leaves a node's memory has a message of the same name in {@code
 * src/main/proto}, and each of its components a field: {@code io.flotilla.kv.Change$Stored} is
 * {@code flotilla.kv.Change.Stored}. The message is the contract. It may gain fields, but a number
 * that was used keeps its meaning, and so nodes of two versions understand each other.
 *
 * <p>Nothing is generated: {@link io.flotilla.wire.Wire} finds fields and components by their names
 * and writes with protobuf's own streams. So the domain's records need no twins, and a new message
 * takes a record and a few lines of proto.
 *
 * <p>What is too large for one message is a sequence of them, {@link io.flotilla.wire.Parts}. What
 * Akka stores is a {@link io.flotilla.wire.StoredMessage}: if a later version has written it, what
 * this one doesn't know of it must not get lost.
 */
package io.flotilla.wire;

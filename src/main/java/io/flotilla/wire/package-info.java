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
 */
package io.flotilla.wire;

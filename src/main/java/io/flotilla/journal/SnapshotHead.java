package io.flotilla.journal;

/**
 * Stands before the bytes of a snapshot, see {@link SnapshotForm}.
 *
 * @param serializer the number of Akka's serializer that wrote them, under the manifest
 * @param bytes how many they are
 * @param metadata null for none
 */
record SnapshotHead(int serializer, String manifest, long bytes, Payload metadata) {}

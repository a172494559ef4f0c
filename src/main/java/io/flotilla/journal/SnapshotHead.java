package io.flotilla.journal;

/**
 * Precedes the bytes of a snapshot, see {@link SnapshotForm}.
 *
 * @param serializer the id of the Akka serializer that wrote them, under the manifest
 * @param bytes their number
 * @param metadata null for none
 */
record SnapshotHead(int serializer, String manifest, long bytes, Payload metadata) {}

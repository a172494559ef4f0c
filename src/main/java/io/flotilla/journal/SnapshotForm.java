package io.flotilla.journal;

import akka.persistence.SelectedSnapshot;
import akka.persistence.SnapshotMetadata;
import akka.serialization.Serialization;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import io.flotilla.journal.EntityLog.StoredSnapshot;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import scala.jdk.javaapi.OptionConverters;

/**
 * The stored form of a snapshot, in chunks.
 *
 * <pre>
 * version(1)=1, flags(1), payload, perhaps metadata; each with its length in front, see {@link Payload}
 * </pre>
 *
 * <p>A snapshot may take a good part of the heap. Beside the state itself there are two copies at
 * most: what the serializer makes of it, or reads, and the chunks.
 */
final class SnapshotForm {
  private static final int VERSION = 1;
  private static final int HAS_METADATA = 1;
  private static final byte[] NOTHING = new byte[0];

  private SnapshotForm() {}

  static List<byte[]> encode(
      SnapshotMetadata metadata, Object snapshot, Serialization serialization, int chunkBytes) {
    Optional<Object> extra = OptionConverters.toJava(metadata.metadata());
    Serializer serializer = serialization.findSerializerFor(snapshot);
    byte[] bytes = serialization.serialize(snapshot).get();
    byte[] manifest =
        Serializers.manifestFor(serializer, snapshot).getBytes(StandardCharsets.UTF_8);
    byte[] head =
        new ByteWriter(64 + manifest.length)
            .writeByte(VERSION)
            .writeByte(extra.isPresent() ? HAS_METADATA : 0)
            .writeInt(Math.addExact(12 + manifest.length, bytes.length))
            .writeInt(serializer.identifier())
            .writeBytes(manifest)
            .writeInt(bytes.length)
            .toBytes();
    byte[] tail =
        extra
            .map(e -> new ByteWriter(64).writeBytes(Payload.encode(e, serialization)).toBytes())
            .orElse(NOTHING);
    return split(List.of(head, bytes, tail), chunkBytes);
  }

  private static List<byte[]> split(List<byte[]> parts, int size) {
    long left = parts.stream().mapToLong(p -> p.length).sum();
    List<byte[]> chunks = new ArrayList<>();
    byte[] chunk = NOTHING;
    int filled = 0;
    for (byte[] part : parts) {
      for (int at = 0; at < part.length; ) {
        if (filled == chunk.length) {
          chunk = new byte[(int) Math.min(size, left)];
          left -= chunk.length;
          chunks.add(chunk);
          filled = 0;
        }
        int some = Math.min(chunk.length - filled, part.length - at);
        System.arraycopy(part, at, chunk, filled, some);
        filled += some;
        at += some;
      }
    }
    return chunks;
  }

  static SelectedSnapshot decode(
      String persistenceId, StoredSnapshot stored, Serialization serialization) {
    String what = "snapshot " + stored.sequenceNr() + " of " + persistenceId;
    List<InputStream> chunks = new ArrayList<>();
    stored.chunks().forEach(chunk -> chunks.add(new ByteArrayInputStream(chunk)));
    try (DataInputStream in =
        new DataInputStream(new SequenceInputStream(Collections.enumeration(chunks)))) {
      int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw new CorruptDataException(
            what + " has version " + version + "; this version of Flotilla reads " + VERSION);
      }
      int flags = in.readUnsignedByte();
      long size = stored.size();
      Object snapshot = payload(in, size, serialization);
      SnapshotMetadata metadata =
          new SnapshotMetadata(persistenceId, stored.sequenceNr(), stored.timestamp());
      if ((flags & HAS_METADATA) != 0) {
        metadata = metadata.withMetadata(payload(in, size, serialization));
      }
      if (in.read() != -1) {
        throw new CorruptDataException(what + " goes on where it should end");
      }
      return SelectedSnapshot.create(metadata, snapshot);
    } catch (IOException e) {
      throw new CorruptDataException(what + " ends too early");
    }
  }

  private static Object payload(DataInputStream in, long atMost, Serialization serialization)
      throws IOException {
    in.readInt();
    int serializer = in.readInt();
    String manifest = new String(bytes(in, atMost), StandardCharsets.UTF_8);
    return serialization.deserialize(bytes(in, atMost), serializer, manifest).get();
  }

  private static byte[] bytes(DataInputStream in, long atMost) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > atMost) {
      throw new CorruptDataException("a length of " + length + " in " + atMost + " bytes");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }
}

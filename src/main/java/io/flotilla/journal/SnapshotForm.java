package io.flotilla.journal;

import akka.persistence.SelectedSnapshot;
import akka.persistence.SnapshotMetadata;
import akka.serialization.Serialization;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import io.flotilla.journal.EntityLog.StoredSnapshot;
import io.flotilla.wire.Parts;
import io.flotilla.wire.UnreadableException;
import io.flotilla.wire.WireSerializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import scala.jdk.javaapi.OptionConverters;

/**
 * The stored form of a snapshot, in chunks: a {@link SnapshotHead}, then the serialized bytes.
 *
 * <p>A snapshot may take a good part of the heap. {@link Parts} are written chunk by chunk, as they
 * are sent, and read from the chunks; anything else is in memory as a whole.
 */
final class SnapshotForm {
  private SnapshotForm() {}

  static SnapshotChunks encode(
      SnapshotMetadata metadata, Object snapshot, Serialization serialization, int chunkBytes) {
    Serializer serializer = serialization.findSerializerFor(snapshot);
    Parts parts =
        snapshot instanceof Parts p ? p : new Parts(serialization.serialize(snapshot).get());
    long size = Math.toIntExact(parts.size()); // what is no Parts is read into one array
    Optional<Object> extra = OptionConverters.toJava(metadata.metadata());
    SnapshotHead head =
        new SnapshotHead(
            serializer.identifier(),
            Serializers.manifestFor(serializer, snapshot),
            size,
            extra.map(e -> Payload.of(e, serialization)).orElse(null));
    byte[] first = write(head);
    return new SnapshotChunks(first, size, parts.pieces(), chunkBytes);
  }

  private static byte[] write(SnapshotHead head) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      Parts.write(out, head);
    } catch (IOException e) {
      throw new UncheckedIOException("in memory", e);
    }
    return out.toByteArray();
  }

  static SelectedSnapshot decode(
      String persistenceId, StoredSnapshot stored, Serialization serialization) {
    String what = "snapshot " + stored.sequenceNr() + " of " + persistenceId;
    try {
      ChunkStream in = new ChunkStream(stored.chunks());
      SnapshotHead head = head(in, what);
      long begin = in.position();
      if (head.bytes() != stored.size() - begin) {
        throw new CorruptDataException(
            what + ": " + head.bytes() + " bytes in " + (stored.size() - begin));
      }
      Object snapshot =
          WireSerializer.isOfParts(head.serializer(), head.manifest())
              ? Parts.from(() -> new ChunkStream(stored.chunks()).from(begin), head.bytes())
              : new Payload(head.serializer(), head.manifest(), in.readAllBytes())
                  .value(serialization);
      return SelectedSnapshot.create(
          metadata(persistenceId, stored, head, serialization), snapshot);
    } catch (UnreadableException e) {
      throw Exact.corrupt(what, e);
    } catch (IOException e) {
      throw new CorruptDataException(what + " ends too early");
    }
  }

  private static SnapshotHead head(ChunkStream in, String what) throws IOException {
    if (!(Parts.read(in, Exact.unknownIn(what)) instanceof SnapshotHead head)) {
      throw new CorruptDataException(what + " doesn't begin with a snapshot head");
    }
    return head;
  }

  private static SnapshotMetadata metadata(
      String persistenceId, StoredSnapshot stored, SnapshotHead head, Serialization serialization) {
    SnapshotMetadata metadata =
        new SnapshotMetadata(persistenceId, stored.sequenceNr(), stored.timestamp());
    return head.metadata() == null
        ? metadata
        : metadata.withMetadata(head.metadata().value(serialization));
  }
}

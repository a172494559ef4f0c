package io.flotilla.journal;

import akka.persistence.SelectedSnapshot;
import akka.persistence.SnapshotMetadata;
import akka.serialization.Serialization;
import io.flotilla.journal.EntityLog.StoredSnapshot;
import io.flotilla.wire.Parts;
import io.flotilla.wire.UnreadableException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import scala.jdk.javaapi.OptionConverters;

/**
 * The stored form of a snapshot, in chunks: a {@link SnapshotHead}, then the serialized bytes.
 *
 * <p>A snapshot may take a good part of the heap. Besides the state itself there are at most two
 * copies: the bytes that the serializer writes or reads, and the chunks.
 */
final class SnapshotForm {
  private static final byte[] NOTHING = new byte[0];

  private SnapshotForm() {}

  static List<byte[]> encode(
      SnapshotMetadata metadata, Object snapshot, Serialization serialization, int chunkBytes) {
    Optional<Object> extra = OptionConverters.toJava(metadata.metadata());
    Payload payload = Payload.of(snapshot, serialization);
    SnapshotHead head =
        new SnapshotHead(
            payload.serializer(),
            payload.manifest(),
            payload.bytes().length,
            extra.map(e -> Payload.of(e, serialization)).orElse(null));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      Parts.write(out, head);
    } catch (IOException e) {
      throw new UncheckedIOException("in memory", e);
    }
    return split(List.of(out.toByteArray(), payload.bytes()), chunkBytes);
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
    try (InputStream in = new SequenceInputStream(Collections.enumeration(chunks))) {
      if (!(Parts.read(in, Exact.unknownIn(what)) instanceof SnapshotHead head)) {
        throw new CorruptDataException(what + " doesn't begin with a snapshot head");
      }
      if (head.bytes() < 0 || head.bytes() > stored.size()) {
        throw new CorruptDataException(what + ": " + head.bytes() + " bytes in " + stored.size());
      }
      byte[] bytes = new byte[(int) head.bytes()];
      if (in.readNBytes(bytes, 0, bytes.length) != bytes.length) {
        throw new CorruptDataException(what + " ends too early");
      }
      if (in.read() != -1) {
        throw new CorruptDataException(what + " is longer than its head says");
      }
      return SelectedSnapshot.create(
          metadata(persistenceId, stored, head, serialization),
          new Payload(head.serializer(), head.manifest(), bytes).value(serialization));
    } catch (UnreadableException e) {
      throw Exact.corrupt(what, e);
    } catch (IOException e) {
      throw new CorruptDataException(what + " ends too early");
    }
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

package io.flotilla.journal;

import io.flotilla.journal.EntityLog.StoredSnapshot;
import io.flotilla.journal.EntityLog.Upload;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/**
 * The file form of a {@link LogState}, also what its digest is taken over.
 *
 * <pre>
 * "FLOTSTAT" version(4) entities(4) {entity}... crc32c(4, over everything before it)
 * entity: id, epoch, claim id, first sequence number, events, snapshots, upload or nothing, bytes
 *         of its state
 * </pre>
 *
 * <p>Version 1 knew nothing of the last.
 *
 * <p>Entities are ordered by id, so equal states have equal bytes on every member.
 */
final class StateFormat {
  private static final long MAGIC = 0x464c4f5453544154L; // FLOTSTAT
  private static final int VERSION = 2;

  private StateFormat() {}

  static void write(LogState state, OutputStream target) throws IOException {
    CheckedOutputStream checked = new CheckedOutputStream(target, new CRC32C());
    DataOutputStream out = new DataOutputStream(checked);
    out.writeLong(MAGIC);
    out.writeInt(VERSION);
    out.writeInt(state.entities().size());
    for (String persistenceId : new TreeSet<>(state.entities().keySet())) {
      writeBytes(out, persistenceId.getBytes(StandardCharsets.UTF_8));
      writeEntity(out, state.entity(persistenceId));
    }
    out.flush();
    out.writeInt((int) checked.getChecksum().getValue());
    out.flush();
  }

  private static void writeEntity(DataOutputStream out, EntityLog entity) throws IOException {
    out.writeLong(entity.epoch());
    out.writeLong(entity.claimId().getMostSignificantBits());
    out.writeLong(entity.claimId().getLeastSignificantBits());
    EventRun events = entity.events();
    out.writeLong(events.first());
    out.writeInt(events.size());
    for (long nr = events.first(); nr <= events.highest(); nr++) {
      writeBytes(out, events.get(nr));
    }
    out.writeInt(entity.snapshots().size());
    for (StoredSnapshot snapshot : entity.snapshots()) {
      writeChunks(out, snapshot.sequenceNr(), snapshot.timestamp(), snapshot.chunks());
    }
    Upload upload = entity.upload();
    out.writeBoolean(upload != null);
    if (upload != null) {
      writeChunks(out, upload.sequenceNr(), upload.timestamp(), upload.chunks());
    }
    out.writeLong(entity.stateBytes());
  }

  private static void writeChunks(
      DataOutputStream out, long sequenceNr, long timestamp, List<byte[]> chunks)
      throws IOException {
    out.writeLong(sequenceNr);
    out.writeLong(timestamp);
    out.writeInt(chunks.size());
    for (byte[] chunk : chunks) {
      writeBytes(out, chunk);
    }
  }

  /** Reads the whole stream. {@code name} names it in errors. */
  static LogState read(InputStream source, String name) throws IOException {
    CheckedInputStream checked = new CheckedInputStream(source, new CRC32C());
    DataInputStream in = new DataInputStream(checked);
    if (in.readLong() != MAGIC) {
      throw new CorruptDataException(name + " isn't a state file of Flotilla");
    }
    int version = in.readInt();
    if (version < 1 || version > VERSION) {
      throw new CorruptDataException(
          name + " has version " + version + "; this version of Flotilla reads 1 to " + VERSION);
    }
    int count = in.readInt();
    HashPMap<String, EntityLog> entities = HashTreePMap.empty();
    for (int i = 0; i < count; i++) {
      String persistenceId = new String(readBytes(in), StandardCharsets.UTF_8);
      entities = entities.plus(persistenceId, readEntity(in, version));
    }
    int computed = (int) checked.getChecksum().getValue();
    int stored = in.readInt();
    if (computed != stored || in.read() != -1) {
      throw new CorruptDataException(
          String.format("%s is damaged: checksum %08x, stored %08x", name, computed, stored));
    }
    return new LogState(entities);
  }

  /** Whether the file's checksum is right; what it says isn't looked at. */
  static boolean isWhole(Path file) {
    try (InputStream raw = Files.newInputStream(file)) {
      long rest = Files.size(file) - Integer.BYTES;
      if (rest < 2 * Long.BYTES) {
        return false;
      }
      CRC32C crc = new CRC32C();
      byte[] buffer = new byte[1 << 16];
      while (rest > 0) {
        int read = raw.readNBytes(buffer, 0, (int) Math.min(rest, buffer.length));
        crc.update(buffer, 0, read);
        rest = read == 0 ? -1 : rest - read;
      }
      return rest == 0 && new DataInputStream(raw).readInt() == (int) crc.getValue();
    } catch (IOException e) {
      return false;
    }
  }

  private static EntityLog readEntity(DataInputStream in, int version) throws IOException {
    long epoch = in.readLong();
    UUID claimId = new UUID(in.readLong(), in.readLong());
    long first = in.readLong();
    EventRun events = EventRun.deletedTo(first - 1).append(readList(in, in.readInt()));
    int count = in.readInt();
    List<StoredSnapshot> snapshots = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      snapshots.add(
          new StoredSnapshot(
              in.readLong(), in.readLong(), List.copyOf(readList(in, in.readInt()))));
    }
    Upload upload =
        in.readBoolean()
            ? new Upload(in.readLong(), in.readLong(), readList(in, in.readInt()))
            : null;
    long stateBytes = version == 1 ? EntityLog.UNKNOWN : in.readLong();
    return new EntityLog(epoch, claimId, events, List.copyOf(snapshots), upload, stateBytes);
  }

  /** SHA-256 of the file form, in hexadecimal. */
  static String digest(LogState state) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      write(state, new DigestOutputStream(OutputStream.nullOutputStream(), sha));
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new IllegalStateException("SHA-256 of a state in memory", e);
    }
  }

  private static List<byte[]> readList(DataInputStream in, int count) throws IOException {
    List<byte[]> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(readBytes(in));
    }
    return list;
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      throw new CorruptDataException("a negative length in a state file");
    }
    // readNBytes grows with what is really there: a damaged length can't ask for gigabytes.
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new CorruptDataException("a state file that ends too early");
    }
    return bytes;
  }
}

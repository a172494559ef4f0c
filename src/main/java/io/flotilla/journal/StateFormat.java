package io.flotilla.journal;

import io.flotilla.journal.EntityLog.StoredSnapshot;
import io.flotilla.journal.EntityLog.Upload;
import io.flotilla.wire.Parts;
import io.flotilla.wire.UnreadableException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * The file form of a {@link LogState}, which its digest is also computed from.
 *
 * <pre>
 * "FLOTSTAT" version(4) {part}... end crc32c(4, over everything before it)
 * </pre>
 *
 * <p>The parts are {@link StatePart}s written by {@link Parts}, so a file of any size is read and
 * written with one part in memory. Ids are sorted, so equal states have equal bytes on every
 * member.
 */
final class StateFormat {
  private static final long MAGIC = 0x464c4f5453544154L; // FLOTSTAT
  private static final int VERSION = 3;

  /** Limit of the events in one part; a single event may exceed it. */
  private static final int EVENTS_BYTES = 256 * 1024;

  private StateFormat() {}

  static void write(LogState state, OutputStream target) throws IOException {
    CheckedOutputStream checked = new CheckedOutputStream(target, new CRC32C());
    DataOutputStream out = new DataOutputStream(checked);
    out.writeLong(MAGIC);
    out.writeInt(VERSION);
    if (!state.roster().equals(Roster.EMPTY)) {
      Parts.write(out, new StatePart.Members(state.roster()));
    }
    for (String persistenceId : new TreeSet<>(state.entities().keySet())) {
      write(persistenceId, state.entity(persistenceId), out);
    }
    Parts.writeEnd(out);
    out.flush();
    out.writeInt((int) checked.getChecksum().getValue());
    out.flush();
  }

  private static void write(String persistenceId, EntityLog entity, OutputStream out)
      throws IOException {
    EventRun events = entity.events();
    Parts.write(
        out,
        new StatePart.Id(
            persistenceId, entity.epoch(), entity.claimId(), events.first(), entity.stateBytes()));
    write(events, out);
    for (StoredSnapshot s : entity.snapshots()) {
      Parts.write(out, new StatePart.Snapshot(s.sequenceNr(), s.timestamp(), true));
      write(s.chunks(), out);
    }
    Upload upload = entity.upload();
    if (upload != null) {
      Parts.write(out, new StatePart.Snapshot(upload.sequenceNr(), upload.timestamp(), false));
      write(upload.chunks(), out);
    }
  }

  private static void write(EventRun events, OutputStream out) throws IOException {
    List<byte[]> run = new ArrayList<>();
    int bytes = 0;
    for (long nr = events.first(); nr <= events.highest(); nr++) {
      run.add(events.get(nr));
      bytes += events.get(nr).length;
      if (bytes > EVENTS_BYTES || nr == events.highest()) {
        Parts.write(out, new StatePart.Events(run));
        run = new ArrayList<>();
        bytes = 0;
      }
    }
  }

  private static void write(List<byte[]> chunks, OutputStream out) throws IOException {
    for (byte[] chunk : chunks) {
      Parts.write(out, new StatePart.Chunk(chunk));
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
    if (version != VERSION) {
      throw new CorruptDataException(
          name + " has version " + version + "; this version of Flotilla reads " + VERSION);
    }
    StateReader state = new StateReader();
    try {
      Object part = Parts.read(in, Exact.unknownIn(name));
      while (part != null) {
        state.take((StatePart) part);
        part = Parts.read(in, Exact.unknownIn(name));
      }
    } catch (UnreadableException | ClassCastException e) {
      throw new CorruptDataException(name + ": " + e.getMessage());
    }
    int computed = (int) checked.getChecksum().getValue();
    int stored = in.readInt();
    if (computed != stored || in.read() != -1) {
      throw new CorruptDataException(
          String.format("%s is damaged: checksum %08x, stored %08x", name, computed, stored));
    }
    return state.done();
  }

  /**
   * The MD5 of the file, which Ratis wants, if the file's own checksum is right; its contents
   * aren't checked.
   */
  static Optional<byte[]> md5IfWhole(Path file) {
    MessageDigest md5 = digest("MD5");
    try (InputStream raw = new DigestInputStream(Files.newInputStream(file), md5)) {
      long rest = Files.size(file) - Integer.BYTES;
      if (rest <= Long.BYTES + Integer.BYTES) {
        return Optional.empty();
      }
      CRC32C crc = new CRC32C();
      byte[] buffer = new byte[1 << 16];
      while (rest > 0) {
        int read = raw.readNBytes(buffer, 0, (int) Math.min(rest, buffer.length));
        crc.update(buffer, 0, read);
        rest = read == 0 ? -1 : rest - read;
      }
      boolean whole = rest == 0 && new DataInputStream(raw).readInt() == (int) crc.getValue();
      return whole ? Optional.of(md5.digest()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** SHA-256 of the file form, in hexadecimal. */
  static String digest(LogState state) {
    MessageDigest sha = digest("SHA-256");
    try {
      write(state, new DigestOutputStream(OutputStream.nullOutputStream(), sha));
      return HexFormat.of().formatHex(sha.digest());
    } catch (IOException e) {
      throw new IllegalStateException("SHA-256 of a state in memory", e);
    }
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(algorithm, e);
    }
  }
}

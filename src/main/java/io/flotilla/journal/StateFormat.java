package io.flotilla.journal;

import io.flotilla.journal.ColdFile.Place;
import io.flotilla.wire.Parts;
import io.flotilla.wire.UnreadableException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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

  private StateFormat() {}

  static void write(LogState state, OutputStream target) throws IOException {
    write(state, target, null);
  }

  /** A backup: such a file that says where it is from. */
  static void write(StatePart.Origin origin, LogState state, OutputStream target)
      throws IOException {
    write(origin, state, target, null);
  }

  /**
   * @param file that the stream goes to, or null
   * @return what is there now
   */
  static ColdState write(LogState state, OutputStream target, ColdFile file) throws IOException {
    return write(null, state, target, file);
  }

  private static ColdState write(
      StatePart.Origin origin, LogState state, OutputStream target, ColdFile file)
      throws IOException {
    CheckedOutputStream checked = new CheckedOutputStream(target, new CRC32C());
    Gauge gauge = new Gauge();
    DataOutputStream out = new DataOutputStream(gauge.on(checked));
    out.writeLong(MAGIC);
    out.writeInt(VERSION);
    StateWriter writer = new StateWriter(out, gauge, file);
    if (origin != null) {
      writer.write(origin);
    }
    if (!state.roster().equals(Roster.EMPTY)) {
      writer.write(new StatePart.Members(state.roster()));
    }
    for (String persistenceId : new TreeSet<>(state.entities().keySet())) {
      writer.write(persistenceId, state.entity(persistenceId));
    }
    Parts.writeEnd(out);
    out.flush();
    out.writeInt((int) checked.getChecksum().getValue());
    out.flush();
    return writer.written();
  }

  /** A part of a file that has been read or written as a whole. */
  static <T extends StatePart> T part(Place place, Class<T> type) {
    try {
      InputStream in = new ByteArrayInputStream(place.read());
      return type.cast(Parts.read(in, Exact.unknownIn("a state file")));
    } catch (IOException e) {
      throw new UncheckedIOException("in memory", e);
    }
  }

  /** Reads the whole stream. {@code name} names it in errors. */
  static LogState read(InputStream source, String name) throws IOException {
    return read(source, name, null);
  }

  /**
   * @param file that the stream is from: the state is left there, as far as it can be; null: it is
   *     to be in memory
   */
  static LogState read(InputStream source, String name, ColdFile file) throws IOException {
    return readAll(source, name, file).done();
  }

  /** What is in the stream, which is as a whole in order. */
  static StateReader readAll(InputStream source, String name, ColdFile file) throws IOException {
    CheckedInputStream checked = new CheckedInputStream(source, new CRC32C());
    Gauge gauge = new Gauge();
    DataInputStream in = new DataInputStream(gauge.on(checked));
    checkBeginning(in, name);
    StateReader state = new StateReader();
    try {
      gauge.begin();
      Object part = Parts.read(in, Exact.unknownIn(name));
      while (part != null) {
        state.take((StatePart) part, file == null ? null : gauge.place(file));
        gauge.begin();
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
    return state;
  }

  static void checkBeginning(DataInputStream in, String name) throws IOException {
    if (in.readLong() != MAGIC) {
      throw new CorruptDataException(name + " isn't a state file of Flotilla");
    }
    int version = in.readInt();
    if (version != VERSION) {
      throw new CorruptDataException(
          name + " has version " + version + "; this version of Flotilla reads " + VERSION);
    }
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

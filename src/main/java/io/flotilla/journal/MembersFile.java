package io.flotilla.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of Ratis's record of the members, {@code raft-meta.conf}, which has no checksum: the same
 * log entry, followed by a CRC-32C, in a file {@code members} next to the log.
 */
final class MembersFile {
  private static final Logger LOGGER = LoggerFactory.getLogger(MembersFile.class);

  static final String FILE = "members";

  private final Path file;

  MembersFile(Path directory) {
    this.file = directory.resolve(FILE);
  }

  /** Called once the entry with these members is applied and Ratis's record is written. */
  void write(long term, long index, RaftConfigurationProto members) throws IOException {
    write(
        LogEntryProto.newBuilder()
            .setTerm(term)
            .setIndex(index)
            .setConfigurationEntry(members)
            .build());
  }

  private void write(LogEntryProto entry) throws IOException {
    byte[] bytes = entry.toByteArray();
    ByteBuffer content = ByteBuffer.allocate(bytes.length + Integer.BYTES);
    content.put(bytes).putInt(checksum(bytes, bytes.length)).flip();
    OwnerOnly.replace(file, content);
  }

  void remove() throws IOException {
    Files.deleteIfExists(file);
  }

  /**
   * Restores Ratis's record from the copy, or the copy from the record.
   *
   * @param end the last index of the log
   */
  void restore(Path group, long end) throws IOException {
    LogEntryProto noted = read(note(group), 0);
    LogEntryProto copy = read(file, Integer.BYTES);
    if (copy == null) {
      if (noted != null) {
        write(noted);
      }
    } else if (noted == null || noted.getIndex() > end || !follows(noted, copy)) {
      LOGGER.warn("Restored Ratis's record of the members, {}, from its copy", note(group));
      note(group, copy);
    }
  }

  /**
   * The members that were last noted; null if there is no record. If the copy lags, the log has it.
   */
  LogEntryProto noted(Path group) {
    LogEntryProto copy = read(file, Integer.BYTES);
    return copy == null ? read(note(group), 0) : copy;
  }

  /** Writes the record and its copy for a group that begins with a state file. */
  void begin(Path group, LogEntryProto members) throws IOException {
    note(group, members);
    write(members);
  }

  private static void note(Path group, LogEntryProto members) throws IOException {
    OwnerOnly.replace(note(group), ByteBuffer.wrap(members.toByteArray()));
  }

  private static Path note(Path group) {
    return group.resolve("current").resolve("raft-meta.conf");
  }

  /** The copy is written after the record, so the record may be newer. */
  private static boolean follows(LogEntryProto noted, LogEntryProto copy) {
    return noted.getIndex() > copy.getIndex()
        || noted.getIndex() == copy.getIndex()
            && noted.getConfigurationEntry().equals(copy.getConfigurationEntry());
  }

  /** Null if there is no intact one. */
  private static LogEntryProto read(Path path, int checksumBytes) {
    try (FileChannel in = OwnerOnly.open(path, StandardOpenOption.READ)) {
      ByteBuffer content = ByteBuffer.allocate((int) Math.min(in.size(), 1 << 20));
      while (content.hasRemaining() && in.read(content) >= 0) {
        // not intact
      }
      int length = content.position() - checksumBytes;
      if (length <= 0
          || checksumBytes > 0 && content.getInt(length) != checksum(content.array(), length)) {
        return null;
      }
      LogEntryProto entry = LogEntryProto.parseFrom(content.flip().limit(length));
      return entry.hasConfigurationEntry() ? entry : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}

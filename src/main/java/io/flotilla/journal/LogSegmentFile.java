package io.flotilla.journal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/**
 * A file of Ratis's log, read without Ratis, which deletes files that it finds empty. The format is
 * {@code "RaftLog1" {length(varint) entry crc32c(4)}...}, followed by zeros; the name contains the
 * first index and, once closed, the last.
 *
 * @param first index of its first entry
 * @param named index of its last entry according to its name, or -1 while open
 * @param last index of the last readable entry; {@code first - 1} if none
 * @param lastTerm that entry's term, or 0
 * @param length bytes up to the end of that entry
 * @param damage what was found in place of the next entry or the end; null if nothing is wrong
 */
record LogSegmentFile(
    Path path, long first, long named, long last, long lastTerm, long length, String damage) {
  private static final Pattern NAME =
      Pattern.compile("log_(?:inprogress_(\\d{1,18})|(\\d{1,18})-(\\d{1,18}))");
  private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.UTF_8);

  /** Empty if the file isn't a segment. */
  static Optional<LogSegmentFile> read(Path path) throws IOException {
    Matcher name = NAME.matcher(path.getFileName().toString());
    if (!name.matches()) {
      return Optional.empty();
    }
    boolean open = name.group(1) != null;
    long first = Long.parseLong(open ? name.group(1) : name.group(2));
    long named = open ? -1 : Long.parseLong(name.group(3));
    return Optional.of(new Reader(path, first, named).read());
  }

  boolean isOpen() {
    return named < 0;
  }

  /** The name it should have if its last entry is {@link #last}. */
  Path properPath() {
    return isOpen() ? path : path.resolveSibling("log_" + first + "-" + last);
  }

  /** Reads the file again, up to {@link #last}. */
  void forEach(Consumer<LogEntryProto> entry) throws IOException {
    if (last < first) {
      return;
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      in.skipNBytes(HEADER.length);
      for (long index = first; index <= last; index++) {
        entry.accept(LogEntryProto.parseDelimitedFrom(in));
        in.skipNBytes(Integer.BYTES);
      }
    }
  }

  private static final class Reader {
    private final Path path;
    private final long first;
    private final long named;
    private final ByteBuffer in;
    private long last;
    private long lastTerm;
    private long length;

    Reader(Path path, long first, long named) throws IOException {
      this.path = path;
      this.first = first;
      this.named = named;
      this.last = first - 1;
      this.in = ByteBuffer.wrap(Files.readAllBytes(path));
    }

    LogSegmentFile read() {
      String damage = header() ? entries() : onlyZeros() ? null : "no header";
      if (damage == null && named >= 0 && last != named) {
        damage = "its end is missing";
      }
      return new LogSegmentFile(path, first, named, last, lastTerm, length, damage);
    }

    private boolean header() {
      byte[] found = new byte[Math.min(HEADER.length, in.remaining())];
      in.get(found);
      boolean whole = java.util.Arrays.equals(found, HEADER);
      length = whole ? HEADER.length : 0;
      in.position((int) length);
      return whole;
    }

    /** Segments are preallocated. */
    private boolean onlyZeros() {
      for (int i = in.position(); i < in.limit(); i++) {
        if (in.get(i) != 0) {
          return false;
        }
      }
      return true;
    }

    /** Returns the damage that ends the reading, or null. */
    private String entries() {
      while (in.hasRemaining() && in.get(in.position()) != 0 && (named < 0 || last < named)) {
        String damage = entry();
        if (damage != null) {
          return damage;
        }
        length = in.position();
      }
      // Ratis ignores what follows the last entry of a closed segment.
      return named >= 0 && last == named || onlyZeros() ? null : "bytes after the last entry";
    }

    private String entry() {
      int begin = in.position();
      long size = varint();
      if (size <= 0 || size + 4 > in.remaining()) {
        return "an incomplete entry";
      }
      int entryBegin = in.position();
      in.position(entryBegin + (int) size);
      CRC32C crc = new CRC32C();
      crc.update(in.array(), begin, in.position() - begin);
      if ((int) crc.getValue() != in.getInt()) {
        return "an entry with a wrong checksum";
      }
      try {
        LogEntryProto entry =
            LogEntryProto.parseFrom(ByteBuffer.wrap(in.array(), entryBegin, (int) size));
        if (entry.getIndex() != last + 1) {
          return "entry " + entry.getIndex();
        }
        last = entry.getIndex();
        lastTerm = entry.getTerm();
        return null;
      } catch (InvalidProtocolBufferException e) {
        return "an entry that can't be decoded";
      }
    }

    private long varint() {
      long value = 0;
      for (int shift = 0; shift < 35 && in.hasRemaining(); shift += 7) {
        byte b = in.get();
        value |= (long) (b & 0x7f) << shift;
        if (b >= 0) {
          return value;
        }
      }
      return -1;
    }
  }
}

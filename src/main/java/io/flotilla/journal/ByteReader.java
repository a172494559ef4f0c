package io.flotilla.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;

/** Reads what {@link ByteWriter} wrote; anything unexpected is a {@link CorruptDataException}. */
final class ByteReader {
  private final ByteBuffer buffer;
  private final String what;

  /** {@code what} names the data in error messages. The buffer's position is this reader's own. */
  ByteReader(ByteBuffer data, String what) {
    this.buffer = data.duplicate();
    this.what = what;
  }

  ByteReader(byte[] data, String what) {
    this(ByteBuffer.wrap(data), what);
  }

  int readByte() {
    need(1);
    return buffer.get() & 0xff;
  }

  int readInt() {
    need(4);
    return buffer.getInt();
  }

  long readLong() {
    need(8);
    return buffer.getLong();
  }

  UUID readUuid() {
    return new UUID(readLong(), readLong());
  }

  byte[] readBytes() {
    byte[] bytes = new byte[readCount()];
    need(bytes.length);
    buffer.get(bytes);
    return bytes;
  }

  String readString() {
    return new String(readBytes(), StandardCharsets.UTF_8);
  }

  /** A non-negative int that something of at least as many bytes follows. */
  int readCount() {
    int count = readInt();
    if (count < 0 || count > buffer.remaining()) {
      throw new CorruptDataException(
          what + ": a length of " + count + " with " + buffer.remaining() + " bytes left");
    }
    return count;
  }

  /** Checks the CRC32C that ends the data against everything before it. */
  ByteReader verifyChecksum() {
    if (buffer.remaining() < 4) {
      throw new CorruptDataException(what + ": only " + buffer.remaining() + " bytes");
    }
    int end = buffer.limit() - 4;
    ByteBuffer body = buffer.duplicate().limit(end);
    CRC32C crc = new CRC32C();
    crc.update(body);
    int stored = buffer.getInt(end);
    if (stored != (int) crc.getValue()) {
      throw new CorruptDataException(
          String.format(
              "%s: checksum is %08x, stored is %08x", what, (int) crc.getValue(), stored));
    }
    buffer.limit(end);
    return this;
  }

  void expectEnd() {
    if (buffer.hasRemaining()) {
      throw new CorruptDataException(what + ": " + buffer.remaining() + " bytes too many");
    }
  }

  private void need(int bytes) {
    if (buffer.remaining() < bytes) {
      throw new CorruptDataException(
          what + ": ends " + (bytes - buffer.remaining()) + " bytes too early");
    }
  }
}

package io.flotilla.entity;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/**
 * Writes the primitives of what is stored: numbers are unsigned varints (7 bits a byte, lowest
 * first), texts (UTF-8) and byte arrays follow their length.
 */
public final class ByteWriter {
  private byte[] buffer;
  private int length;

  public ByteWriter(int expected) {
    buffer = new byte[Math.max(16, expected)];
  }

  /** An unsigned varint: all 64 bits, 1 to 10 bytes. */
  public ByteWriter number(long value) {
    room(10);
    long v = value;
    while ((v & ~0x7FL) != 0) {
      buffer[length++] = (byte) (v & 0x7F | 0x80);
      v >>>= 7;
    }
    buffer[length++] = (byte) v;
    return this;
  }

  public ByteWriter text(String value) {
    return data(value.getBytes(StandardCharsets.UTF_8));
  }

  public ByteWriter data(byte[] value) {
    number(value.length);
    room(value.length);
    System.arraycopy(value, 0, buffer, length, value.length);
    length += value.length;
    return this;
  }

  public ByteWriter texts(Collection<String> values) {
    number(values.size());
    values.forEach(this::text);
    return this;
  }

  public byte[] bytes() {
    return Arrays.copyOf(buffer, length);
  }

  private void room(int more) {
    if (buffer.length - length < more) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
    }
  }
}

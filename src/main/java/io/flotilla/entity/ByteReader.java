package io.flotilla.entity;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads what {@link ByteWriter} wrote. */
public final class ByteReader {
  private final byte[] buffer;
  private int position;

  public ByteReader(byte[] buffer) {
    this.buffer = buffer;
  }

  public long number() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (position == buffer.length) {
        throw new EOFException("ends within a number");
      }
      byte b = buffer[position++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IOException("a number has more than 10 bytes");
  }

  public String text() throws IOException {
    int n = length();
    String text = new String(buffer, position, n, StandardCharsets.UTF_8);
    position += n;
    return text;
  }

  public byte[] data() throws IOException {
    int n = length();
    byte[] data = Arrays.copyOfRange(buffer, position, position + n);
    position += n;
    return data;
  }

  public List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    for (long n = number(); n > 0; n--) {
      texts.add(text());
    }
    return texts;
  }

  private int length() throws IOException {
    long n = number();
    if (n < 0 || n > buffer.length - position) {
      throw new EOFException("ends within a value of " + n + " bytes");
    }
    return (int) n;
  }
}

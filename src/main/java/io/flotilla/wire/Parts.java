package io.flotilla.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Data too large for one message: a sequence of length-prefixed messages, as is usual with
 * protobuf, each preceded by its name. Besides the bytes, only one message at a time is in memory.
 *
 * @param bytes all of them
 */
public record Parts(byte[] bytes) {

  public static Parts of(Stream<?> messages) {
    List<byte[]> written = new ArrayList<>();
    messages.forEachOrdered(m -> written.add(Wire.PLAIN.writeTyped(m, 0, 0)));
    long size = written.stream().mapToLong(CodedOutputStream::computeByteArraySizeNoTag).sum();
    byte[] all = new byte[Math.toIntExact(size)];
    CodedOutputStream out = CodedOutputStream.newInstance(all);
    try {
      for (byte[] one : written) {
        out.writeByteArrayNoTag(one);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the parts differ in size from what was computed", e);
    }
    return new Parts(all);
  }

  /** Passes the messages on one by one. Returns whether this version knows everything in them. */
  public boolean read(Consumer<Object> each) {
    boolean[] whole = {true};
    CodedInputStream coded = CodedInputStream.newInstance(bytes);
    Input in = new Input(coded, () -> whole[0] = false);
    try {
      while (!coded.isAtEnd()) {
        each.accept(Wire.PLAIN.typed().read(in));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new UnreadableException("a part can't be read: " + e.getMessage(), e);
    }
    return whole[0];
  }

  // ---- a single part

  public static void write(OutputStream out, Object message) throws IOException {
    byte[] bytes = Wire.PLAIN.writeTyped(message, 0, 0);
    CodedOutputStream length = CodedOutputStream.newInstance(out, Integer.BYTES + 1);
    length.writeUInt32NoTag(bytes.length);
    length.flush();
    out.write(bytes);
  }

  /** Marks the end of a sequence when other data follows it; read as null. */
  public static void writeEnd(OutputStream out) throws IOException {
    out.write(0);
  }

  /**
   * @param onUnknown run for each field that this version doesn't know
   */
  public static Object read(InputStream in, Runnable onUnknown) throws IOException {
    int first = in.read();
    if (first < 0) {
      throw new EOFException("the parts break off without an end mark");
    }
    int length = CodedInputStream.readRawVarint32(first, in);
    // readNBytes allocates only as data arrives: a damaged length can't ask for gigabytes.
    byte[] bytes = in.readNBytes(Math.max(0, length));
    if (bytes.length != length) {
      throw new EOFException("a part of " + length + " bytes breaks off after " + bytes.length);
    }
    return Wire.PLAIN.readTyped(bytes, 0, length, onUnknown);
  }
}

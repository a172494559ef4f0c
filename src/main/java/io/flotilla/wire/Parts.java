package io.flotilla.wire;

import com.google.protobuf.CodedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Data too large for one message: a sequence of length-prefixed messages, as is usual with
 * protobuf, each preceded by its name. It is read, and written, with one message at a time in
 * memory.
 */
public final class Parts {
  private final LongSupplier size;
  private final Supplier<Iterator<byte[]>> pieces;

  private Parts(LongSupplier size, Supplier<Iterator<byte[]>> pieces) {
    this.size = size;
    this.pieces = pieces;
  }

  /** What was written before. */
  public Parts(byte[] bytes) {
    this(() -> bytes.length, () -> List.of(bytes).iterator());
  }

  /**
   * What was written before, read from a stream, of which one part at a time is in memory.
   *
   * @param stream gives one from the beginning
   * @param size of what it has
   */
  public static Parts from(Supplier<InputStream> stream, long size) {
    return new Parts(() -> size, () -> new PartsInStream(stream.get(), size));
  }

  /**
   * What is written when it is needed.
   *
   * @param messages gives the same ones each time: once for the size, once for the bytes
   */
  public static Parts of(Supplier<? extends Stream<?>> messages) {
    return new Parts(
        () -> messages.get().mapToLong(Wire.PLAIN::delimitedSize).sum(),
        () -> messages.get().map(Wire.PLAIN::writeDelimited).iterator());
  }

  /** The number of bytes. Takes about half as long as writing them. */
  public long size() {
    return size.getAsLong();
  }

  /** The bytes, in order; each piece is made when it is asked for. */
  public Iterator<byte[]> pieces() {
    return pieces.get();
  }

  /** All bytes at once. */
  public byte[] bytes() {
    byte[] all = new byte[Math.toIntExact(size())];
    int at = 0;
    for (Iterator<byte[]> each = pieces(); each.hasNext(); ) {
      byte[] piece = each.next();
      System.arraycopy(piece, 0, all, at, piece.length);
      at += piece.length;
    }
    return all;
  }

  /** Passes the messages on one by one. Returns whether this version knows everything in them. */
  public boolean read(Consumer<Object> each) {
    boolean[] whole = {true};
    for (Iterator<byte[]> left = pieces(); left.hasNext(); ) {
      CodedInputStream coded = CodedInputStream.newInstance(left.next());
      Input in = new Input(coded, () -> whole[0] = false);
      try {
        while (!coded.isAtEnd()) {
          each.accept(Wire.PLAIN.typed().read(in));
        }
      } catch (IOException | IllegalArgumentException e) {
        throw new UnreadableException("a part can't be read: " + e.getMessage(), e);
      }
    }
    return whole[0];
  }

  // ---- a single part

  public static void write(OutputStream out, Object message) throws IOException {
    out.write(Wire.PLAIN.writeDelimited(message));
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

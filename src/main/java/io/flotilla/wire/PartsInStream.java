package io.flotilla.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The parts that a stream consists of, each with its length in front. */
final class PartsInStream implements Iterator<byte[]> {
  private final InputStream in;
  private long left;

  PartsInStream(InputStream in, long size) {
    this.in = in;
    this.left = size;
  }

  @Override
  public boolean hasNext() {
    return left > 0;
  }

  @Override
  public byte[] next() {
    if (left == 0) {
      throw new NoSuchElementException();
    }
    try {
      int length = CodedInputStream.readRawVarint32(in.read(), in);
      int prefix = CodedOutputStream.computeUInt32SizeNoTag(length);
      if (length < 0 || prefix + (long) length > left) {
        throw new UnreadableException("a part of " + length + " bytes where " + left + " are left");
      }
      byte[] part = new byte[prefix + length];
      CodedOutputStream.newInstance(part).writeUInt32NoTag(length);
      if (in.readNBytes(part, prefix, length) != length) {
        throw new UnreadableException("a part of " + length + " bytes breaks off");
      }
      left -= part.length;
      return part;
    } catch (IOException e) {
      throw new UnreadableException("a part can't be read: " + e.getMessage(), e);
    }
  }
}

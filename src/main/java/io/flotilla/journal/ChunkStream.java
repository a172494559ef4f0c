package io.flotilla.journal;

import java.io.InputStream;
import java.util.Iterator;
import java.util.List;

/** Reads chunks one after another. */
final class ChunkStream extends InputStream {
  private final Iterator<byte[]> chunks;
  private byte[] chunk = {};
  private int taken;
  private long position;

  ChunkStream(List<byte[]> chunks) {
    this.chunks = chunks.iterator();
  }

  /** The rest of it, beginning at this position. */
  ChunkStream from(long begin) {
    while (position < begin && hasMore()) {
      take((int) Math.min(begin - position, chunk.length - taken));
    }
    return this;
  }

  /** How many bytes were read. */
  long position() {
    return position;
  }

  private boolean hasMore() {
    while (taken == chunk.length && chunks.hasNext()) {
      chunk = chunks.next();
      taken = 0;
    }
    return taken < chunk.length;
  }

  private void take(int bytes) {
    taken += bytes;
    position += bytes;
  }

  @Override
  public int read() {
    if (!hasMore()) {
      return -1;
    }
    take(1);
    return chunk[taken - 1] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    if (length == 0) {
      return 0;
    } else if (!hasMore()) {
      return -1;
    }
    int some = Math.min(length, chunk.length - taken);
    System.arraycopy(chunk, taken, into, offset, some);
    take(some);
    return some;
  }
}

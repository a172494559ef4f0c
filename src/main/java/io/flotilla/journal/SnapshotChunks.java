package io.flotilla.journal;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.CRC32C;

/**
 * The bytes of a snapshot, cut into chunks of one size. Each is made when it is asked for, so that
 * only one is in memory.
 */
final class SnapshotChunks implements Iterator<byte[]> {
  private final Iterator<byte[]> pieces;
  private final int chunkBytes;
  private final CRC32C crc = new CRC32C();
  private long left;
  private byte[] piece;
  private int taken;
  private int count;

  /**
   * @param first what comes before the pieces
   * @param size of the pieces together
   */
  SnapshotChunks(byte[] first, long size, Iterator<byte[]> pieces, int chunkBytes) {
    this.piece = first;
    this.left = first.length + size;
    this.pieces = pieces;
    this.chunkBytes = chunkBytes;
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
    byte[] chunk = new byte[(int) Math.min(chunkBytes, left)];
    for (int filled = 0; filled < chunk.length; ) {
      if (taken == piece.length) {
        piece = nextPiece();
        taken = 0;
      }
      int some = Math.min(chunk.length - filled, piece.length - taken);
      System.arraycopy(piece, taken, chunk, filled, some);
      filled += some;
      taken += some;
    }
    left -= chunk.length;
    if (left == 0 && (taken < piece.length || pieces.hasNext())) {
      throw new IllegalStateException("the snapshot is larger than computed");
    }
    crc.update(chunk, 0, chunk.length);
    count++;
    return chunk;
  }

  private byte[] nextPiece() {
    if (!pieces.hasNext()) {
      throw new IllegalStateException("the snapshot is smaller than computed");
    }
    return pieces.next();
  }

  /** How many were made. */
  int count() {
    return count;
  }

  /** As {@link EntityLog#crc} over those that were made. */
  int crc() {
    return (int) crc.getValue();
  }
}

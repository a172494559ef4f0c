package io.flotilla.http;

import akka.util.ByteString;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Bytes that have arrived in parts of any size, in pieces of {@link Line#READ_BYTES} at most. Small
 * parts share a piece: as objects of their own they would take a hundred times their size.
 */
final class Pieces {
  private final Deque<ByteString> full = new ArrayDeque<>();
  private byte[] last = {};
  private int used;
  private long bytes;

  /** How many bytes there are. */
  synchronized long bytes() {
    return bytes;
  }

  /** Takes the array, which must not change any more. */
  synchronized void add(byte[] part) {
    bytes += part.length;
    if (used == 0) {
      last = part;
      used = part.length;
    } else if (used + part.length > Line.READ_BYTES) {
      full.add(lastPiece());
      last = part;
      used = part.length;
    } else {
      append(part);
    }
  }

  private void append(byte[] part) {
    int enough = used + part.length;
    if (enough > last.length) {
      last = Arrays.copyOf(last, Math.min(Line.READ_BYTES, 2 * enough));
    }
    System.arraycopy(part, 0, last, used, part.length);
    used = enough;
  }

  private ByteString lastPiece() {
    return ByteString.fromArrayUnsafe(last, 0, used);
  }

  /** Removes the first piece. */
  synchronized ByteString next() {
    if (full.isEmpty()) {
      ByteString piece = lastPiece();
      forget();
      return piece;
    }
    bytes -= full.peek().size();
    return full.remove();
  }

  /** Removes all, in one. */
  synchronized ByteString all() {
    byte[] all = last;
    if (used != last.length || !full.isEmpty()) {
      all = new byte[(int) bytes];
      int at = 0;
      for (ByteString piece : full) {
        piece.copyToArray(all, at);
        at += piece.size();
      }
      System.arraycopy(last, 0, all, at, used);
    }
    forget();
    return ByteString.fromArrayUnsafe(all);
  }

  synchronized void forget() {
    full.clear();
    last = new byte[0];
    used = 0;
    bytes = 0;
  }
}

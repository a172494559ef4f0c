package io.flotilla.topic;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The latest messages of a topic, numbered from 1 without gaps. The oldest are dropped when there
 * are too many or they take too much memory.
 */
final class Buffer {
  /** Approximate memory cost of a message besides its bytes. */
  private static final int OVERHEAD = 200;

  private record Kept(String requestId, byte[] data) {
    int size() {
      return data.length + requestId.length() + OVERHEAD;
    }
  }

  private final ArrayDeque<Kept> kept = new ArrayDeque<>();
  private final Map<String, Long> requests = new HashMap<>();
  private long bytes;
  private long last;

  /**
   * Adds a message, unless it repeats a request that is still remembered.
   *
   * @return the message's number; for a repeat, that of the original
   */
  long add(String requestId, byte[] data) {
    Long known = requests.get(requestId);
    if (known != null) {
      return known;
    }
    Kept message = new Kept(requestId, data);
    kept.add(message);
    bytes += message.size();
    requests.put(requestId, ++last);
    return last;
  }

  void trim(int messages, long maxBytes) {
    while (kept.size() > messages || bytes > maxBytes) {
      Kept oldest = kept.remove();
      bytes -= oldest.size();
      requests.remove(oldest.requestId());
    }
  }

  /** The number of the latest message; 0 before the first. */
  long last() {
    return last;
  }

  /** The number before the oldest message kept. */
  long before() {
    return last - kept.size();
  }

  long bytes() {
    return bytes;
  }

  /**
   * The next messages after a number.
   *
   * @param after not below {@link #before}
   * @param maxBytes of data in total; a single message may exceed it
   */
  List<byte[]> after(long after, int messages, long maxBytes) {
    List<byte[]> found = new ArrayList<>();
    long size = 0;
    Iterator<Kept> all = kept.iterator();
    for (long number = before() + 1; all.hasNext() && found.size() < messages; number++) {
      byte[] data = all.next().data();
      if (number > after) {
        size += data.length;
        if (size > maxBytes && !found.isEmpty()) {
          break;
        }
        found.add(data);
      }
    }
    return found;
  }
}

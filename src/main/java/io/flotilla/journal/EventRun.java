package io.flotilla.journal;

import java.util.Arrays;
import java.util.List;

/**
 * The events of one persistence id: gapless sequence numbers, opaque bytes.
 *
 * <p>Immutable, yet appending needs no copy: versions share an array, each seeing its own range.
 * Only the newest may extend the array in place; appending to an older one copies it.
 */
final class EventRun {
  static final EventRun EMPTY = new EventRun(new Slots(0), 0, 0, 1, 0);

  /** Memory cost of an event besides its bytes. */
  private static final int OVERHEAD = 24;

  private static final class Slots {
    final byte[][] array;
    int used;

    Slots(int capacity) {
      array = new byte[capacity][];
    }
  }

  private final Slots slots;
  private final int from;
  private final int to;
  private final long first;
  private final long bytes;

  private EventRun(Slots slots, int from, int to, long first, long bytes) {
    this.slots = slots;
    this.from = from;
    this.to = to;
    this.first = first;
    this.bytes = bytes;
  }

  /** No events; those up to {@code deletedTo} have been deleted. */
  static EventRun deletedTo(long deletedTo) {
    return new EventRun(new Slots(0), 0, 0, deletedTo + 1, 0);
  }

  /** Sequence number of the first event kept, or the one the next event will get. */
  long first() {
    return first;
  }

  long deletedTo() {
    return first - 1;
  }

  /** Sequence number of the newest event, deleted or not; 0 before the first. */
  long highest() {
    return first + size() - 1;
  }

  int size() {
    return to - from;
  }

  /** Memory used by the events kept. */
  long bytes() {
    return bytes;
  }

  /** The event with this number, which must be kept. */
  byte[] get(long sequenceNr) {
    if (sequenceNr < first || sequenceNr > highest()) {
      throw new IndexOutOfBoundsException(sequenceNr + " of " + first + " to " + highest());
    }
    return slots.array[from + (int) (sequenceNr - first)];
  }

  EventRun append(List<byte[]> events) {
    Slots target = slots;
    int start = from;
    int end = to;
    if (target.used != to || target.array.length - to < events.size()) {
      target = new Slots(Math.max(8, (size() + events.size()) * 2));
      System.arraycopy(slots.array, from, target.array, 0, size());
      start = 0;
      end = size();
    }
    long sum = bytes;
    for (byte[] event : events) {
      target.array[end++] = event;
      sum += event.length + OVERHEAD;
    }
    target.used = end;
    return new EventRun(target, start, end, first, sum);
  }

  EventRun deleteTo(long sequenceNr) {
    if (sequenceNr < first) {
      return this;
    }
    int dropped = (int) (Math.min(sequenceNr, highest()) - first + 1);
    int kept = size() - dropped;
    long left = bytes;
    for (int i = from; i < from + dropped; i++) {
      left -= slots.array[i].length + OVERHEAD;
    }
    if (kept > dropped && from + dropped < slots.array.length / 2) {
      return new EventRun(slots, from + dropped, to, first + dropped, left);
    }
    // Copied so that the deleted events can be garbage-collected.
    Slots target = new Slots(kept);
    System.arraycopy(slots.array, from + dropped, target.array, 0, kept);
    target.used = kept;
    return new EventRun(target, 0, kept, first + dropped, left);
  }

  /** Whether the events from {@code firstSequenceNr} on equal these, as far as they're kept. */
  boolean matches(long firstSequenceNr, List<byte[]> events) {
    for (int i = 0; i < events.size(); i++) {
      long sequenceNr = firstSequenceNr + i;
      if (sequenceNr >= first && !Arrays.equals(get(sequenceNr), events.get(i))) {
        return false;
      }
    }
    return true;
  }
}

package io.flotilla.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The events of one persistence id: gapless sequence numbers, opaque bytes. The first ones may be
 * in a state file instead of in memory.
 *
 * <p>Immutable, yet appending needs no copy: versions share an array, each seeing its own range.
 * Only the newest may extend the array in place; appending to an older one copies it.
 */
final class EventRun {
  static final EventRun EMPTY = deletedTo(0);

  /** Memory cost of an event besides its bytes. */
  private static final int OVERHEAD = 24;

  private static final class Slots {
    final byte[][] array;
    int used;

    Slots(int capacity) {
      array = new byte[capacity][];
    }
  }

  private final List<ColdEvents> cold;

  /** Sequence number of the first event in memory. */
  private final long warm;

  private final Slots slots;
  private final int from;
  private final int to;
  private final long first;
  private final long bytes;

  private EventRun(
      List<ColdEvents> cold, long warm, Slots slots, int from, int to, long first, long bytes) {
    this.cold = cold;
    this.warm = warm;
    this.slots = slots;
    this.from = from;
    this.to = to;
    this.first = first;
    this.bytes = bytes;
  }

  /** No events; those up to {@code deletedTo} have been deleted. */
  static EventRun deletedTo(long deletedTo) {
    return new EventRun(List.of(), deletedTo + 1, new Slots(0), 0, 0, deletedTo + 1, 0);
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
    return warm + (to - from) - 1;
  }

  int size() {
    return (int) (highest() - first + 1);
  }

  /** Memory used by the events kept, as if all were in memory: the same on every member. */
  long bytes() {
    return bytes;
  }

  /** The event with this number, which must be kept. */
  byte[] get(long sequenceNr) {
    if (sequenceNr < first || sequenceNr > highest()) {
      throw new IndexOutOfBoundsException(sequenceNr + " of " + first + " to " + highest());
    }
    return sequenceNr < warm ? cold(sequenceNr).get(sequenceNr) : inMemory(sequenceNr);
  }

  /** The same events, of which the first one follows this number. */
  EventRun movedBehind(long sequenceNr) {
    long by = sequenceNr + 1 - first;
    List<ColdEvents> moved = cold.stream().map(events -> events.moved(by)).toList();
    return new EventRun(moved, warm + by, slots, from, to, first + by, bytes);
  }

  private byte[] inMemory(long sequenceNr) {
    return slots.array[from + (int) (sequenceNr - warm)];
  }

  private ColdEvents cold(long sequenceNr) {
    for (ColdEvents events : cold) {
      if (sequenceNr <= events.last()) {
        return events;
      }
    }
    throw new IllegalStateException(sequenceNr + " is neither in memory nor in a file");
  }

  EventRun append(List<byte[]> events) {
    Slots target = slots;
    int start = from;
    int end = to;
    if (target.used != to || target.array.length - to < events.size()) {
      target = new Slots(Math.max(8, (to - from + events.size()) * 2));
      System.arraycopy(slots.array, from, target.array, 0, to - from);
      start = 0;
      end = to - from;
    }
    long sum = bytes;
    for (byte[] event : events) {
      target.array[end++] = event;
      sum += event.length + OVERHEAD;
    }
    target.used = end;
    return new EventRun(cold, warm, target, start, end, first, sum);
  }

  EventRun deleteTo(long sequenceNr) {
    if (sequenceNr < first) {
      return this;
    }
    long last = Math.min(sequenceNr, highest());
    List<ColdEvents> keptCold = cold.stream().filter(events -> events.last() > last).toList();
    int dropped = (int) Math.max(0, last - warm + 1);
    int kept = to - from - dropped;
    long left = bytes - bytesTo(last);
    if (dropped == 0 || (kept > dropped && from + dropped < slots.array.length / 2)) {
      return new EventRun(keptCold, warm + dropped, slots, from + dropped, to, last + 1, left);
    }
    // Copied so that the deleted events can be garbage-collected.
    Slots target = new Slots(kept);
    System.arraycopy(slots.array, from + dropped, target.array, 0, kept);
    target.used = kept;
    return new EventRun(keptCold, warm + dropped, target, 0, kept, last + 1, left);
  }

  /** What the events up to this one count. */
  private long bytesTo(long last) {
    long sum = (last - first + 1) * OVERHEAD;
    for (ColdEvents events : cold) {
      sum += events.lengths(first, last).sum();
    }
    for (long nr = warm; nr <= last; nr++) {
      sum += inMemory(nr).length;
    }
    return sum;
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

  // ---- what is in a state file

  boolean hasCold() {
    return !cold.isEmpty();
  }

  /** These, none of which is in memory, and the next ones, in a state file. */
  EventRun appendCold(ColdEvents next, List<byte[]> events) {
    if (to != from) {
      throw new IllegalStateException("events in a file after those in memory");
    }
    List<ColdEvents> more = new ArrayList<>(cold);
    more.add(next);
    long sum = bytes;
    for (byte[] event : events) {
      sum += event.length + OVERHEAD;
    }
    return new EventRun(List.copyOf(more), warm + events.size(), slots, from, to, first, sum);
  }

  /**
   * The same events without those in memory that a state file has.
   *
   * @param written all that this run consisted of earlier, in one file; none: it isn't there
   */
  EventRun leftIn(List<ColdEvents> written) {
    List<ColdEvents> kept = written.stream().filter(events -> events.last() >= first).toList();
    if (kept.isEmpty()) {
      return this;
    }
    long next = kept.get(kept.size() - 1).last() + 1;
    int left = (int) (highest() - next + 1);
    Slots target = new Slots(left);
    System.arraycopy(slots.array, to - left, target.array, 0, left);
    target.used = left;
    return new EventRun(kept, next, target, 0, left, first, bytes);
  }
}

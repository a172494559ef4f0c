package io.flotilla.journal;

import io.flotilla.journal.ColdFile.Place;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Events of one id, one after another, that are in a state file and not in memory. */
final class ColdEvents {
  private final Place place;
  private final long first;
  private final int[] lengths;

  /** They are read one by one, so what was read is kept for a moment. */
  private volatile WeakReference<List<byte[]>> recent;

  ColdEvents(Place place, long first, List<byte[]> events) {
    this(place, first, events.stream().mapToInt(event -> event.length).toArray());
  }

  private ColdEvents(Place place, long first, int[] lengths) {
    this.place = place;
    this.first = first;
    this.lengths = lengths;
  }

  /** The same events under other numbers. */
  ColdEvents moved(long by) {
    return new ColdEvents(place, first + by, lengths);
  }

  /** Sequence number of the last. */
  long last() {
    return first + lengths.length - 1;
  }

  /** Of those from one sequence number to another, as far as they are here. */
  IntStream lengths(long from, long to) {
    int begin = (int) (Math.max(from, first) - first);
    int end = (int) (Math.min(to, last()) - first + 1);
    return Arrays.stream(lengths, begin, Math.max(begin, end));
  }

  byte[] get(long sequenceNr) {
    return events().get((int) (sequenceNr - first));
  }

  private List<byte[]> events() {
    WeakReference<List<byte[]>> read = recent;
    List<byte[]> events = read == null ? null : read.get();
    if (events == null) {
      events = StateFormat.part(place, StatePart.Events.class).events();
      recent = new WeakReference<>(events);
    }
    return events;
  }
}

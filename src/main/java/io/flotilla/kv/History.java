package io.flotilla.kv;

import java.util.ArrayList;
import java.util.List;
import org.pcollections.TreePMap;

/**
 * The latest changes of the namespace, for watchers that want every one of them. Bounded by bytes;
 * the values are shared with the entries as long as these exist. A checkpoint has it too, so that
 * it is the same wherever the actor lives.
 *
 * @param floor the index up to which changes are forgotten: all after it are here
 */
record History(TreePMap<Long, KvEvent> byIndex, long bytes, long floor) {
  /** 4 MiB; less where the heap is below 800 MiB, so that some busy namespaces don't fill it. */
  static final long MAX_BYTES = Math.min(4L << 20, Runtime.getRuntime().maxMemory() / 200);

  /** One answer holds about this much. */
  static final long ANSWER_BYTES = 256 * 1024;

  /** Knows nothing of what was changed up to the index. */
  static History from(long index) {
    return new History(TreePMap.empty(), 0, index);
  }

  History with(KvEvent h) {
    TreePMap<Long, KvEvent> all = byIndex.plus(h.index(), h);
    long sum = bytes + h.bytes();
    long lowest = floor;
    while (sum > MAX_BYTES) {
      KvEvent oldest = all.get(all.firstKey());
      all = all.minus(oldest.index());
      sum -= oldest.bytes();
      lowest = oldest.index();
    }
    return new History(all, sum, lowest);
  }

  /** What a checkpoint has of it: a change that the entry of its key tells of is only named. */
  Iterable<KvEvent> stored(TreePMap<String, Entry> entries) {
    return () ->
        byIndex.values().stream().map(h -> isOf(h, entries) == null ? h : h.named()).iterator();
  }

  History with(List<KvEvent> stored, TreePMap<String, Entry> entries, long storedFloor) {
    TreePMap<Long, KvEvent> all = byIndex;
    long sum = bytes;
    for (KvEvent h : stored) {
      Entry entry = isOf(h, entries);
      KvEvent whole = entry == null ? h : h.of(entry);
      all = all.plus(h.index(), whole);
      sum += whole.bytes();
    }
    return new History(all, sum, storedFloor);
  }

  /** The entry that the change has made as it is; or null. */
  private static Entry isOf(KvEvent h, TreePMap<String, Entry> entries) {
    Entry entry =
        switch (h.what()) {
          case SET, LOCK, UNLOCK -> entries.get(h.key());
          default -> null;
        };
    return entry != null && entry.modifyIndex() == h.index() ? entry : null;
  }

  boolean hasNews(KeyOp.Changes read) {
    return read.after() < floor
        || byIndex.tailMap(read.after(), false).values().stream()
            .anyMatch(h -> read.shows(h) != null);
  }

  /** The last change to a key under the prefix, or the latest that is forgotten. */
  long lastUnder(String prefix) {
    for (KvEvent h : byIndex.descendingMap().values()) {
      if (h.under(prefix) != null) {
        return h.index();
      }
    }
    return floor;
  }

  /**
   * @param index of the namespace now
   */
  KvResult.Changes query(KeyOp.Changes read, long index) {
    if (read.after() < 0) {
      return new KvResult.Changes(index, false, List.of());
    } else if (read.after() < floor) {
      return new KvResult.Changes(floor, true, List.of());
    }
    List<KvEvent> found = new ArrayList<>();
    long size = 0;
    for (KvEvent h : byIndex.tailMap(read.after(), false).values()) {
      KvEvent shown = read.shows(h);
      if (shown != null) {
        found.add(shown);
        size += shown.bytes();
        if (size > ANSWER_BYTES) {
          return new KvResult.Changes(h.index(), false, found);
        }
      }
    }
    return new KvResult.Changes(Math.max(index, read.after()), false, found);
  }
}

package io.flotilla.kv;

import java.util.List;
import java.util.Map;
import org.pcollections.AmortizedPQueue;
import org.pcollections.PQueue;
import org.pcollections.TreePMap;

/**
 * Indexes of deletions, so that a deletion wakes watchers and the index of a prefix never goes
 * back. The oldest are forgotten.
 *
 * @param floor the highest index that was forgotten
 */
record Tombstones(TreePMap<String, Long> byKey, PQueue<Tombstone> age, long floor) {
  static final int MAX = 20_000;

  record Tombstone(long index, String key) {}

  static Tombstones none() {
    return new Tombstones(TreePMap.empty(KeyOrder.BY_CODE_POINT), AmortizedPQueue.empty(), 0);
  }

  /** These with stored ones; some of their keys exist again. */
  Tombstones with(List<Tombstone> stored, TreePMap<String, Entry> entries, long storedFloor) {
    TreePMap<String, Long> graves = byKey;
    PQueue<Tombstone> queue = age;
    for (Tombstone t : stored) {
      queue = queue.plus(t);
      graves = entries.containsKey(t.key()) ? graves : graves.plus(t.key(), t.index());
    }
    return new Tombstones(graves, queue, storedFloor);
  }

  long highestUnder(String prefix) {
    long highest = floor;
    for (Map.Entry<String, Long> t : byKey.tailMap(prefix, true).entrySet()) {
      if (!t.getKey().startsWith(prefix)) {
        break;
      }
      highest = Math.max(highest, t.getValue());
    }
    return highest;
  }

  /** The key exists again. */
  Tombstones without(String key) {
    return byKey.containsKey(key) ? new Tombstones(byKey.minus(key), age, floor) : this;
  }

  Tombstones with(String key, long index) {
    TreePMap<String, Long> graves = byKey.plus(key, index);
    PQueue<Tombstone> queue = age.plus(new Tombstone(index, key));
    long lowest = floor;
    while (queue.size() > MAX) {
      Tombstone oldest = queue.peek();
      queue = queue.minus();
      lowest = oldest.index();
      if (oldest.index() == graves.getOrDefault(oldest.key(), 0L)) {
        graves = graves.minus(oldest.key());
      }
    }
    return new Tombstones(graves, queue, lowest);
  }
}

package io.flotilla.registry;

import java.util.List;
import java.util.Map;
import org.pcollections.AmortizedPQueue;
import org.pcollections.PQueue;
import org.pcollections.TreePMap;

/**
 * When each path (see {@link CatalogPaths}) changed last. The indexes of what is gone are kept, so
 * that watchers learn that it is gone and no index goes back; the oldest of them are forgotten.
 *
 * @param retired paths of what is gone, with the index at which it went
 * @param floor the highest index that was forgotten
 */
record Indexes(TreePMap<String, Long> byPath, PQueue<Change> retired, long floor) {
  static final int MAX_RETIRED = 10_000;

  record Change(long index, String path) {}

  static Indexes none() {
    return new Indexes(TreePMap.empty(), AmortizedPQueue.empty(), 0);
  }

  /** These with stored ones. */
  Indexes with(List<Change> changes, List<Change> gone, long storedFloor) {
    TreePMap<String, Long> paths = byPath;
    for (Change c : changes) {
      String path = CatalogPaths.ofNow(c.path());
      paths = paths.plus(path, Math.max(c.index(), paths.getOrDefault(path, 0L)));
    }
    PQueue<Change> queue = retired;
    for (Change c : gone) {
      queue = queue.plus(new Change(c.index(), CatalogPaths.ofNow(c.path())));
    }
    return new Indexes(paths, queue, storedFloor);
  }

  /** The last change of this path, or the latest that may have been; 0 if there was none. */
  long of(String path) {
    return byPath.getOrDefault(path, floor);
  }

  /** Everything may have been other than it is. */
  Indexes restored(long index) {
    TreePMap<String, Long> paths = byPath;
    for (String path : byPath.keySet()) {
      paths = paths.plus(path, index);
    }
    PQueue<Change> queue = AmortizedPQueue.empty();
    for (Change change : retired) {
      queue = queue.plus(new Change(index, change.path()));
    }
    return new Indexes(paths, queue, index);
  }

  /** The paths of services, also of those that are gone. */
  Map<String, Long> services() {
    return byPath.subMap(CatalogPaths.service(""), true, CatalogPaths.service("\uffff"), true);
  }

  Indexes touched(String path, long index) {
    return new Indexes(byPath.plus(path, index), retired, floor);
  }

  /** What the path leads to is gone. */
  Indexes retired(String path, long index) {
    TreePMap<String, Long> paths = byPath.plus(path, index);
    PQueue<Change> queue = retired.plus(new Change(index, path));
    long lowest = floor;
    while (queue.size() > MAX_RETIRED) {
      Change oldest = queue.peek();
      queue = queue.minus();
      if (paths.getOrDefault(oldest.path(), 0L) == oldest.index()) {
        paths = paths.minus(oldest.path());
        lowest = oldest.index();
      }
    }
    return new Indexes(paths, queue, lowest);
  }
}

package io.flotilla.kv;

import io.flotilla.kv.Committed.RequestRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.pcollections.AmortizedPQueue;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PQueue;
import org.pcollections.TreePMap;

/**
 * All that a namespace holds, immutable: a view of it can be read anywhere while the actor goes on.
 *
 * @param index of the last change; 1 before the first, so that a client that saw nothing can wait
 *     for the first change
 * @param tombstones indexes of deletions, so that a deletion wakes watchers and the index of a
 *     prefix never goes back; the oldest are forgotten, and {@code tombstoneFloor} is the highest
 *     forgotten
 * @param batches the last batch of each gateway, see {@link Committed}
 * @param requests answers to requests that carried an id, for {@link #REQUEST_MEMORY_MILLIS}
 * @param sinceCheckpoint bytes of events since the last checkpoint fell due
 */
record KeySpaceState(
    long index,
    TreePMap<String, Entry> entries,
    long bytes,
    TreePMap<String, Long> tombstones,
    PQueue<Tombstone> tombstoneAge,
    long tombstoneFloor,
    PMap<String, LastBatch> batches,
    PMap<String, RequestRecord> requests,
    PQueue<RequestRecord> requestAge,
    long sinceCheckpoint,
    int eventsSinceCheckpoint,
    boolean checkpointDue)
    implements Stored {

  /** How long the answer to a request id is remembered: 10 minutes. */
  static final long REQUEST_MEMORY_MILLIS = 600_000;

  /** And how many at most. */
  static final int REQUEST_MEMORY = 20_000;

  static final int TOMBSTONES = 20_000;
  static final int GATEWAYS = 256;

  /** An event counts at least this much, so that many small ones lead to a checkpoint too. */
  static final long CHECKPOINT_BYTES = 8L << 20;

  static final int CHECKPOINT_EVENTS = 20_000;

  record Tombstone(long index, String key) {}

  record LastBatch(long number, long index, List<Result> results) {}

  static KeySpaceState empty() {
    return new KeySpaceState(
        1,
        TreePMap.empty(KeyOrder.BY_CODE_POINT),
        0,
        TreePMap.empty(KeyOrder.BY_CODE_POINT),
        AmortizedPQueue.empty(),
        0,
        HashTreePMap.empty(),
        HashTreePMap.empty(),
        AmortizedPQueue.empty(),
        0,
        0,
        false);
  }

  // ---- questions

  Result query(Op.Read read) {
    if (read instanceof Op.Get get) {
      Entry entry = entries.get(get.key());
      return entry == null
          ? new Result.Entries(index, List.of())
          : new Result.Entries(entry.modifyIndex(), List.of(entry));
    } else if (read instanceof Op.ListEntries list) {
      List<Entry> found = new ArrayList<>();
      under(list.prefix()).forEach(found::add);
      return new Result.Entries(found.isEmpty() ? index : indexUnder(list.prefix()), found);
    } else if (read instanceof Op.ListKeys list) {
      List<String> found = Listing.keys(under(list.prefix()), list.prefix(), list.separator());
      return new Result.Keys(found.isEmpty() ? index : indexUnder(list.prefix()), found);
    }
    throw new IllegalArgumentException("no such read: " + read);
  }

  /** The index of the last change to what is watched; 0 if there was none that is remembered. */
  long lastChange(Interest interest) {
    if (interest.isPrefix()) {
      return indexUnder(interest.path());
    }
    Entry entry = entries.get(interest.path());
    return entry != null
        ? entry.modifyIndex()
        : Math.max(tombstones.getOrDefault(interest.path(), 0L), tombstoneFloor);
  }

  /** The entries whose key starts with the prefix, in order. */
  Iterable<Entry> under(String prefix) {
    return () -> Listing.whileUnder(entries.tailMap(prefix, true).entrySet().iterator(), prefix);
  }

  private long indexUnder(String prefix) {
    long highest = tombstoneFloor;
    for (Entry entry : under(prefix)) {
      highest = Math.max(highest, entry.modifyIndex());
    }
    for (Map.Entry<String, Long> t : tombstones.tailMap(prefix, true).entrySet()) {
      if (!t.getKey().startsWith(prefix)) {
        break;
      }
      highest = Math.max(highest, t.getValue());
    }
    return highest;
  }

  // ---- changes

  KeySpaceState apply(Committed event) {
    KeySpaceState next = this;
    long bytes = 256;
    for (Change change : event.changes()) {
      next = next.apply(change);
      bytes += change instanceof Change.Stored s ? s.key().length() + s.value().length + 32 : 64;
    }
    return next.remember(event).countTowardsCheckpoint(bytes);
  }

  KeySpaceState apply(Change change) {
    if (change instanceof Change.Stored s) {
      Entry old = entries.get(s.key());
      long created = old == null ? s.index() : old.createIndex();
      Entry entry = new Entry(s.key(), s.value(), s.flags(), created, s.index(), s.lockIndex());
      return withEntries(
          s.index(),
          entries.plus(s.key(), entry),
          bytes + entry.bytes() - (old == null ? 0 : old.bytes()),
          tombstones.minus(s.key()),
          tombstoneAge,
          tombstoneFloor);
    } else if (change instanceof Change.Deleted d) {
      return without(d.index(), List.of(entries.get(d.key())));
    } else if (change instanceof Change.TreeDeleted d) {
      List<Entry> gone = new ArrayList<>();
      under(d.prefix()).forEach(gone::add);
      return without(d.index(), gone);
    }
    throw new IllegalArgumentException("no such change: " + change);
  }

  private KeySpaceState without(long at, List<Entry> gone) {
    TreePMap<String, Entry> left = entries;
    TreePMap<String, Long> graves = tombstones;
    PQueue<Tombstone> age = tombstoneAge;
    long floor = tombstoneFloor;
    long freed = 0;
    for (Entry entry : gone) {
      left = left.minus(entry.key());
      graves = graves.plus(entry.key(), at);
      age = age.plus(new Tombstone(at, entry.key()));
      freed += entry.bytes();
    }
    while (age.size() > TOMBSTONES) {
      Tombstone oldest = age.peek();
      age = age.minus();
      floor = oldest.index();
      if (oldest.index() == graves.getOrDefault(oldest.key(), 0L)) {
        graves = graves.minus(oldest.key());
      }
    }
    return withEntries(at, left, bytes - freed, graves, age, floor);
  }

  private KeySpaceState withEntries(
      long at,
      TreePMap<String, Entry> newEntries,
      long newBytes,
      TreePMap<String, Long> graves,
      PQueue<Tombstone> age,
      long floor) {
    return new KeySpaceState(
        at,
        newEntries,
        newBytes,
        graves,
        age,
        floor,
        batches,
        requests,
        requestAge,
        sinceCheckpoint,
        eventsSinceCheckpoint,
        checkpointDue);
  }

  private KeySpaceState remember(Committed event) {
    PMap<String, LastBatch> gateways =
        batches.plus(event.gateway(), new LastBatch(event.batch(), index, event.results()));
    if (gateways.size() > GATEWAYS) {
      gateways = gateways.minus(oldestGateway(gateways));
    }
    PMap<String, RequestRecord> known = requests;
    PQueue<RequestRecord> age = requestAge;
    for (RequestRecord request : event.requests()) {
      known = known.plus(request.id(), request);
      age = age.plus(request);
    }
    while (!age.isEmpty()
        && (age.size() > REQUEST_MEMORY
            || age.peek().timeMillis() < event.timeMillis() - REQUEST_MEMORY_MILLIS)) {
      known = known.minus(age.peek().id());
      age = age.minus();
    }
    return new KeySpaceState(
        index,
        entries,
        bytes,
        tombstones,
        tombstoneAge,
        tombstoneFloor,
        gateways,
        known,
        age,
        sinceCheckpoint,
        eventsSinceCheckpoint,
        checkpointDue);
  }

  private static String oldestGateway(PMap<String, LastBatch> gateways) {
    return gateways.entrySet().stream()
        .min(
            Map.Entry.<String, LastBatch>comparingByValue(
                    java.util.Comparator.comparingLong(LastBatch::index))
                .thenComparing(Map.Entry.comparingByKey()))
        .orElseThrow()
        .getKey();
  }

  /**
   * A checkpoint falls due when the events since the last outweigh what it would hold: so recovery
   * reads at most about twice the state, and writing checkpoints at most doubles what is written.
   */
  private KeySpaceState countTowardsCheckpoint(long eventBytes) {
    long since = sinceCheckpoint + eventBytes;
    int events = eventsSinceCheckpoint + 1;
    boolean due = since > Math.max(CHECKPOINT_BYTES, bytes) || events >= CHECKPOINT_EVENTS;
    return new KeySpaceState(
        index,
        entries,
        bytes,
        tombstones,
        tombstoneAge,
        tombstoneFloor,
        batches,
        requests,
        requestAge,
        due ? 0 : since,
        due ? 0 : events,
        due);
  }
}

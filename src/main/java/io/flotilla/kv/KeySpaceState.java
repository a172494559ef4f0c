package io.flotilla.kv;

import io.flotilla.entity.ModelState;
import io.flotilla.entity.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.pcollections.TreePMap;

/**
 * All that a namespace holds, immutable: a view of it can be read anywhere while the actor goes on.
 *
 * @param index of the last change; 1 before the first, so that a client that saw nothing can wait
 *     for the first change
 * @param restored the index at which all before it came from a backup; 0: never
 * @param bytes roughly what the entries and sessions occupy
 */
public record KeySpaceState(
    long index,
    long restored,
    TreePMap<String, Entry> entries,
    long bytes,
    Tombstones tombstones,
    Sessions sessions,
    Fences fences,
    LockDelays lockDelays,
    History history)
    implements ModelState<KeySpaceState, Change> {

  /** Roughly what it costs to remember a key that is gone, or a lock. */
  private static final long NAME = 200;

  static KeySpaceState empty() {
    return new KeySpaceState(
        1,
        0,
        TreePMap.empty(KeyOrder.BY_CODE_POINT),
        0,
        Tombstones.none(),
        Sessions.none(),
        Fences.none(),
        LockDelays.none(),
        History.from(0));
  }

  // ---- questions

  /** The entries whose key starts with the prefix, in order. */
  Iterable<Entry> under(String prefix) {
    return under(entries, prefix);
  }

  static Iterable<Entry> under(TreePMap<String, Entry> entries, String prefix) {
    return () -> Listing.whileUnder(entries.tailMap(prefix, true).entrySet().iterator(), prefix);
  }

  boolean hasUnder(String prefix) {
    return under(prefix).iterator().hasNext();
  }

  /** The index at which this entry became what it is. */
  long indexOf(Entry entry) {
    return Math.max(restored, entry.modifyIndex());
  }

  /** The index of the last change under the prefix, as far as it is remembered. */
  long indexUnder(String prefix) {
    long highest = Math.max(restored, tombstones.highestUnder(prefix));
    for (Entry entry : under(prefix)) {
      highest = Math.max(highest, entry.modifyIndex());
    }
    return highest;
  }

  // ---- checkpoints

  @Override
  public Stream<KeySpacePart> parts() {
    return KeySpacePart.of(this);
  }

  @Override
  public KeySpaceState with(List<?> parts) {
    return KeySpacePart.read(parts.stream().map(KeySpacePart.class::cast).toList(), this);
  }

  // ---- changes

  @Override
  public long occupied() {
    long names = tombstones.age().size() + fences.byToken().size();
    return bytes + history.bytes() + NAME * names;
  }

  @Override
  public long storedBytes() {
    return occupied() - (long) Entry.OVERHEAD * entries.size();
  }

  @Override
  public Change restored(long at) {
    return new Change.Restored(at);
  }

  @Override
  public KeySpaceState apply(Change change, Moment at) {
    return new Draft(this).apply(change, at).done();
  }

  @Override
  public KeySpaceState at(long logMillis) {
    LockDelays left = lockDelays.withoutThoseOver(logMillis);
    return left == lockDelays
        ? this
        : new KeySpaceState(
            index, restored, entries, bytes, tombstones, sessions, fences, left, history);
  }

  /** The next state while it is made; its parts are immutable themselves. */
  private static final class Draft {
    private long index;
    private long restored;
    private TreePMap<String, Entry> entries;
    private long bytes;
    private Tombstones tombstones;
    private Sessions sessions;
    private Fences fences;
    private LockDelays lockDelays;
    private History history;

    Draft(KeySpaceState from) {
      index = from.index;
      restored = from.restored;
      entries = from.entries;
      bytes = from.bytes;
      tombstones = from.tombstones;
      sessions = from.sessions;
      fences = from.fences;
      lockDelays = from.lockDelays;
      history = from.history;
    }

    KeySpaceState done() {
      return new KeySpaceState(
          index, restored, entries, bytes, tombstones, sessions, fences, lockDelays, history);
    }

    Draft apply(Change change, Moment at) {
      if (change instanceof Change.Restored r) {
        return restoredAt(r.index());
      }
      history = history.with(KvEvent.of(change, entries, at.wallMillis())); // tells what was before
      index = change.index();
      if (change instanceof Change.Stored s) {
        store(s);
      } else if (change instanceof Change.Released r) {
        put(entries.get(r.key()).released(r.index()));
      } else if (change instanceof Change.Deleted d) {
        delete(d.key());
      } else if (change instanceof Change.TreeDeleted d) {
        List<String> gone = new ArrayList<>();
        under(entries, d.prefix()).forEach(e -> gone.add(e.key()));
        gone.forEach(this::delete);
      } else if (change instanceof Change.SessionCreated c) {
        sessions = sessions.with(c.session().createdAt(c.index()));
        bytes += c.session().bytes();
      } else if (change instanceof Change.SessionEnded e) {
        end(e);
      }
      return this;
    }

    private Draft restoredAt(long now) {
      index = now;
      restored = now;
      sessions = sessions.at(now);
      history = History.from(now);
      return this;
    }

    private void store(Change.Stored s) {
      Entry old = entries.get(s.key());
      long created = old == null ? s.index() : old.createIndex();
      put(
          new Entry(
              old == null ? s.key() : old.key(), // the one that the tree goes on using
              s.value(),
              s.flags(),
              created,
              s.index(),
              s.lockIndex(),
              s.session(),
              s.fence()));
      tombstones = tombstones.without(s.key());
    }

    private void put(Entry entry) {
      Entry old = entries.get(entry.key());
      entries = entries.plus(entry.key(), entry);
      bytes += entry.bytes() - (old == null ? 0 : old.bytes());
      moved(entry.key(), old == null ? null : old.session(), entry.session(), entry.fence());
    }

    private void delete(String key) {
      Entry old = entries.get(key);
      entries = entries.minus(key);
      bytes -= old.bytes();
      tombstones = tombstones.with(key, index);
      moved(key, old.session(), null, 0);
    }

    private void moved(String key, String from, String to, long fence) {
      sessions = sessions.moved(key, from, to);
      if (to != null && fence == index) {
        fences = fences.acquired(key, fence);
      } else if (to == null && from != null) {
        fences = fences.freed(key);
      }
    }

    private void end(Change.SessionEnded e) {
      if (e.delayUntilMillis() > 0) {
        for (String key : sessions.heldBy(e.id())) {
          lockDelays = lockDelays.with(key, e.delayUntilMillis());
        }
      }
      bytes -= sessions.get(e.id()).bytes();
      sessions = sessions.without(e.id(), e.index());
    }
  }
}

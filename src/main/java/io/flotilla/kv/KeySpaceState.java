package io.flotilla.kv;

import io.flotilla.entity.Interest;
import io.flotilla.entity.ModelState;
import io.flotilla.entity.Moment;
import io.flotilla.entity.Operation;
import io.flotilla.entity.Result;
import java.util.ArrayList;
import java.util.List;
import org.pcollections.TreePMap;

/**
 * All that a namespace holds, immutable: a view of it can be read anywhere while the actor goes on.
 *
 * @param index of the last change; 1 before the first, so that a client that saw nothing can wait
 *     for the first change
 * @param bytes roughly what the entries and sessions occupy
 */
record KeySpaceState(
    long index,
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
        TreePMap.empty(KeyOrder.BY_CODE_POINT),
        0,
        Tombstones.none(),
        Sessions.none(),
        Fences.none(),
        LockDelays.none(),
        History.from(0));
  }

  // ---- questions

  @Override
  public Result query(Operation.Read read) {
    if (read instanceof Op.Get get) {
      Entry entry = entries.get(get.key());
      return new KvResult.Entries(indexOf(read), entry == null ? List.of() : List.of(entry));
    } else if (read instanceof Op.ListEntries list) {
      List<Entry> found = new ArrayList<>();
      under(list.prefix()).forEach(found::add);
      return new KvResult.Entries(indexOf(read), found);
    } else if (read instanceof Op.ListKeys list) {
      return new KvResult.Keys(
          indexOf(read), Listing.keys(under(list.prefix()), list.prefix(), list.separator()));
    } else if (read instanceof Op.GetSession get) {
      return sessions(one(get.id()));
    } else if (read instanceof Op.RenewSession renew) {
      return sessions(one(renew.id()));
    } else if (read instanceof Op.ListSessions list) {
      return sessions(
          sessions.all().stream()
              .filter(s -> list.node() == null || list.node().equals(s.node()))
              .toList());
    }
    if (read instanceof Op.Changes changes) {
      return history.query(changes, index);
    }
    throw new IllegalArgumentException("no such read: " + read);
  }

  private List<Session> one(String id) {
    Session session = sessions.get(id);
    return session == null ? List.of() : List.of(session);
  }

  private KvResult.SessionList sessions(List<Session> found) {
    return new KvResult.SessionList(sessionsIndex(), found);
  }

  private long sessionsIndex() {
    return Math.max(1, sessions.index());
  }

  @Override
  public boolean hasNews(Operation.Read read) {
    if (read instanceof Op.Changes changes) {
      return history.hasNews(changes);
    }
    long now = indexOf(read);
    return now > read.minIndex() || now < read.minIndex() && matchesNothing(read);
  }

  @Override
  public Interest awaited(Operation.Read read) {
    return read.interest().kind() == Interest.Kind.PREFIX && matchesNothing(read)
        ? Interest.prefix(Listing.folder(read.interest().path()))
        : read.interest();
  }

  /**
   * The index of an answer, at least 1. Where nothing matches it is, of a key, that of the
   * namespace, as in Consul. Of a list it is the last change in the folder the list would be in: so
   * who asks for several in turn is not held up by one that isn't there when another changes, and
   * what changes elsewhere concerns nobody here.
   */
  private long indexOf(Operation.Read read) {
    String path = read.interest().path();
    return switch (read.interest().kind()) {
      case KEY -> entries.containsKey(path) ? entries.get(path).modifyIndex() : index;
      case PREFIX ->
          matchesNothing(read)
              ? Math.max(1, history.lastUnder(Listing.folder(path)))
              : indexUnder(path);
      default -> sessionsIndex();
    };
  }

  private boolean matchesNothing(Operation.Read read) {
    String path = read.interest().path();
    return switch (read.interest().kind()) {
      case KEY -> !entries.containsKey(path);
      case PREFIX -> !(read instanceof Op.Changes) && !under(path).iterator().hasNext();
      default -> query(read) instanceof KvResult.SessionList found && found.items().isEmpty();
    };
  }

  /** The entries whose key starts with the prefix, in order. */
  Iterable<Entry> under(String prefix) {
    return under(entries, prefix);
  }

  static Iterable<Entry> under(TreePMap<String, Entry> entries, String prefix) {
    return () -> Listing.whileUnder(entries.tailMap(prefix, true).entrySet().iterator(), prefix);
  }

  private long indexUnder(String prefix) {
    long highest = tombstones.highestUnder(prefix);
    for (Entry entry : under(prefix)) {
      highest = Math.max(highest, entry.modifyIndex());
    }
    return highest;
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
  public KeySpaceState apply(Change change, Moment at) {
    return new Draft(this).apply(change, at).done();
  }

  @Override
  public KeySpaceState at(long logMillis) {
    LockDelays left = lockDelays.withoutThoseOver(logMillis);
    return left == lockDelays
        ? this
        : new KeySpaceState(index, entries, bytes, tombstones, sessions, fences, left, history);
  }

  /** The next state while it is made; its parts are immutable themselves. */
  private static final class Draft {
    private long index;
    private TreePMap<String, Entry> entries;
    private long bytes;
    private Tombstones tombstones;
    private Sessions sessions;
    private Fences fences;
    private LockDelays lockDelays;
    private History history;

    Draft(KeySpaceState from) {
      index = from.index;
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
          index, entries, bytes, tombstones, sessions, fences, lockDelays, history);
    }

    Draft apply(Change change, Moment at) {
      history =
          history.with(Happening.of(change, entries, at.wallMillis())); // tells what was before
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

    private void store(Change.Stored s) {
      Entry old = entries.get(s.key());
      long created = old == null ? s.index() : old.createIndex();
      put(
          new Entry(
              s.key(),
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

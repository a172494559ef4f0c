package io.flotilla.kv;

import java.util.ArrayList;
import java.util.List;
import org.pcollections.TreePMap;

/**
 * One change, as watchers see it.
 *
 * @param index the namespace's index of the change; each has one of its own
 * @param timeMillis when it was decided, in milliseconds since 1970
 * @param key the key; for {@link What#DELETE_TREE} the prefix; null for sessions
 * @param value after the change; empty for deletions and sessions
 * @param session the holder after the change; the session itself for sessions; or null
 * @param keys for {@link What#DELETE_TREE}: the keys that were deleted, otherwise empty
 */
public record KvEvent(
    long index,
    long timeMillis,
    What what,
    String key,
    byte[] value,
    long flags,
    String session,
    List<String> keys) {

  private static final byte[] NO_VALUE = {};

  public enum What {
    SET("set"),
    LOCK("lock"),
    UNLOCK("unlock"),
    DELETE("delete"),
    DELETE_TREE("delete-tree"),
    SESSION_CREATED("session-create"),
    SESSION_DESTROYED("session-destroy"),
    SESSION_EXPIRED("session-expire"),
    SESSION_CHECK_FAILED("session-check-fail");

    private final String text;

    What(String text) {
      this.text = text;
    }

    /** As it is written in answers. */
    public String text() {
      return text;
    }
  }

  /**
   * @param before the entries the change was made on
   */
  static KvEvent of(Change change, TreePMap<String, Entry> before, long timeMillis) {
    if (change instanceof Change.Stored s) {
      Entry old = before.get(s.key());
      boolean freed = s.session() == null && old != null && old.session() != null;
      What what = s.fence() == s.index() ? What.LOCK : freed ? What.UNLOCK : What.SET;
      return new KvEvent(
          s.index(), timeMillis, what, s.key(), s.value(), s.flags(), s.session(), List.of());
    } else if (change instanceof Change.Released r) {
      Entry e = before.get(r.key());
      return new KvEvent(
          r.index(), timeMillis, What.UNLOCK, r.key(), e.value(), e.flags(), null, List.of());
    } else if (change instanceof Change.Deleted d) {
      return bare(d.index(), timeMillis, What.DELETE, d.key(), null, List.of());
    } else if (change instanceof Change.TreeDeleted d) {
      List<String> keys = new ArrayList<>();
      KeySpaceState.under(before, d.prefix()).forEach(e -> keys.add(e.key()));
      return bare(d.index(), timeMillis, What.DELETE_TREE, d.prefix(), null, keys);
    } else if (change instanceof Change.SessionCreated c) {
      return bare(c.index(), timeMillis, What.SESSION_CREATED, null, c.session().id(), List.of());
    } else if (change instanceof Change.SessionEnded e) {
      return bare(e.index(), timeMillis, ended(e.reason()), null, e.id(), List.of());
    }
    throw new IllegalArgumentException("no such change: " + change);
  }

  private static What ended(Change.Reason reason) {
    return switch (reason) {
      case DESTROYED -> What.SESSION_DESTROYED;
      case EXPIRED -> What.SESSION_EXPIRED;
      case CHECK_FAILED -> What.SESSION_CHECK_FAILED;
    };
  }

  static KvEvent bare(
      long index, long time, What what, String key, String session, List<String> keys) {
    return new KvEvent(index, time, what, key, NO_VALUE, 0, session, keys);
  }

  /** Without what {@link #of(Entry)} gives back. */
  KvEvent named() {
    return bare(index, timeMillis, what, key, null, List.of());
  }

  /** As the entry says that this change has made. */
  KvEvent of(Entry e) {
    return new KvEvent(
        index, timeMillis, what, e.key(), e.value(), e.flags(), e.session(), List.of());
  }

  /** What a watcher of the prefix sees of it, or null. */
  KvEvent under(String prefix) {
    if (key == null) {
      return null;
    } else if (what != What.DELETE_TREE) {
      return key.startsWith(prefix) ? this : null;
    }
    List<String> some = keys.stream().filter(k -> k.startsWith(prefix)).toList();
    return some.isEmpty() ? null : bare(index, timeMillis, what, key, null, some);
  }

  /** Roughly what it occupies. */
  int bytes() {
    return 96
        + value.length
        + (key == null ? 0 : key.length())
        + keys.stream().mapToInt(k -> k.length() + 16).sum();
  }
}

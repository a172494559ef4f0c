package io.flotilla.entity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * When what has a TTL (a session, a check) expires. Only the living actor knows: after a recovery
 * every TTL starts again.
 *
 * <p>Time is that of the {@link LogClock}: it counts only while the actor runs. While it did not
 * (the process was stopped, the host slept, the log did not answer), renewals could not be heard
 * either, so after that nothing expires for a while, until what was sent meanwhile has arrived.
 *
 * @param <K> its id
 */
public final class Deadlines<K extends Comparable<K>> {
  /** How often the actor asks, while something has a TTL. */
  public static final long TICK_MILLIS = 200;

  /** Keeps an event at a moderate size; the rest follows with the next tick. */
  static final int MAX_AT_ONCE = 1_000;

  /** When to look at an id: at the deadline that it had when it was put in line, or earlier. */
  private record Look<K extends Comparable<K>>(long at, K id) implements Comparable<Look<K>> {
    @Override
    public int compareTo(Look<K> other) {
      int order = Long.compare(at, other.at);
      return order != 0 ? order : id.compareTo(other.id);
    }
  }

  private static final class Deadline<K extends Comparable<K>> {
    long at;
    Look<K> look;
  }

  private final LogClock clock;
  private final Map<K, Deadline<K>> byId = new HashMap<>();

  /** A renewal moves nothing in here; that the deadline is a later one is found at the look. */
  private final TreeSet<Look<K>> looks = new TreeSet<>();

  public Deadlines(LogClock clock) {
    this.clock = clock;
  }

  public boolean isEmpty() {
    return byId.isEmpty();
  }

  public boolean contains(K id) {
    return byId.containsKey(id);
  }

  public void clear() {
    byId.clear();
    looks.clear();
  }

  /**
   * The TTL of this id starts now, or starts again.
   *
   * @param ttlMillis 0 if it has none
   */
  public void start(K id, long ttlMillis) {
    if (ttlMillis == 0) {
      return;
    }
    Deadline<K> deadline = byId.computeIfAbsent(id, x -> new Deadline<>());
    deadline.at = clock.nanos() + ttlMillis * 1_000_000;
    if (deadline.look == null || deadline.look.at > deadline.at) {
      putInLine(id, deadline);
    }
  }

  private void putInLine(K id, Deadline<K> deadline) {
    if (deadline.look != null) {
      looks.remove(deadline.look);
    }
    deadline.look = new Look<>(deadline.at, id);
    looks.add(deadline.look);
  }

  public void remove(K id) {
    Deadline<K> deadline = byId.remove(id);
    if (deadline != null) {
      looks.remove(deadline.look);
    }
  }

  /** The ids whose time is over; they stay here until they are removed. */
  public List<K> over() {
    long now = clock.nanos();
    List<K> ids = new ArrayList<>();
    if (clock.justResumed()) {
      return ids;
    }
    List<K> renewed = new ArrayList<>();
    for (Look<K> look : looks) {
      if (look.at > now || ids.size() == MAX_AT_ONCE) {
        break;
      }
      (byId.get(look.id).at > now ? renewed : ids).add(look.id);
    }
    renewed.forEach(id -> putInLine(id, byId.get(id)));
    return ids;
  }
}

package io.flotilla.entity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * When what has a TTL (a session, a check) expires, known to the living actor only: after a
 * recovery every TTL starts again.
 *
 * <p>Time counts here only while the actor runs. When it was not asked the time for longer than
 * {@link #PAUSE_NANOS} (the process was stopped, the host slept, the log did not answer), renewals
 * could not be heard either: that span is left out, and for {@link #GRACE_NANOS} more nothing
 * expires, until what was sent meanwhile has arrived.
 *
 * @param <K> by what it is known
 */
public final class Deadlines<K extends Comparable<K>> {
  /** How often the actor asks, while something has a TTL. */
  public static final long TICK_MILLIS = 200;

  static final long PAUSE_NANOS = 600_000_000L;
  static final long GRACE_NANOS = 1_000_000_000L;

  /** So that one event stays of a moderate size; the rest follows with the next tick. */
  static final int MAX_AT_ONCE = 1_000;

  private record Deadline<K extends Comparable<K>>(long at, K id)
      implements Comparable<Deadline<K>> {
    @Override
    public int compareTo(Deadline<K> other) {
      int order = Long.compare(at, other.at);
      return order != 0 ? order : id.compareTo(other.id);
    }
  }

  private final LongSupplier nanoTime;
  private final Map<K, Deadline<K>> byId = new HashMap<>();
  private final TreeSet<Deadline<K>> byTime = new TreeSet<>();
  private long lastNanos;
  private long elapsed;
  private long notBefore;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public Deadlines(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  public boolean isEmpty() {
    return byId.isEmpty();
  }

  public boolean contains(K id) {
    return byId.containsKey(id);
  }

  public void clear() {
    byId.clear();
    byTime.clear();
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
    if (byId.isEmpty()) {
      lastNanos = nanoTime.getAsLong(); // nobody asked before, and that was no pause
    }
    remove(id);
    Deadline<K> deadline = new Deadline<>(now() + ttlMillis * 1_000_000, id);
    byId.put(id, deadline);
    byTime.add(deadline);
  }

  public void remove(K id) {
    Deadline<K> deadline = byId.remove(id);
    if (deadline != null) {
      byTime.remove(deadline);
    }
  }

  /** The ids whose time is over; they stay here until they are removed. */
  public List<K> over() {
    long now = now();
    List<K> ids = new ArrayList<>();
    if (now >= notBefore) {
      for (Deadline<K> d : byTime) {
        if (d.at > now || ids.size() == MAX_AT_ONCE) {
          break;
        }
        ids.add(d.id);
      }
    }
    return ids;
  }

  private long now() {
    long real = nanoTime.getAsLong();
    long since = real - lastNanos;
    lastNanos = real;
    if (since > PAUSE_NANOS) {
      notBefore = elapsed + GRACE_NANOS;
    } else {
      elapsed += since;
    }
    return elapsed;
  }
}

package io.flotilla.logging;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Counts the messages of each kind in the minute that starts with the kind's first. */
final class Kinds {
  private static final long MINUTE_NANOS = 60_000_000_000L;

  /** How many kinds are told apart; any further ones within a minute share one. */
  static final int MOST = 500;

  private static final String OTHERS = "others";

  /**
   * What was suppressed of a kind in its minute.
   *
   * @param latest the last of them
   */
  record KeptBack<E>(long count, E latest) {}

  private static final class Window {
    final long began;
    long seen;
    Object latest;

    Window(long began) {
      this.began = began;
    }
  }

  private final int perMinute;
  private final LongSupplier nanos;
  private final Map<String, Window> windows = new LinkedHashMap<>();

  Kinds(int perMinute, LongSupplier nanos) {
    this.perMinute = perMinute;
    this.nanos = nanos;
  }

  /** Whether the event may be written; if not, it is kept as the latest suppressed one. */
  synchronized boolean admit(String kind, Object event) {
    String counted = windows.containsKey(kind) || windows.size() < MOST ? kind : OTHERS;
    Window window = windows.computeIfAbsent(counted, k -> new Window(nanos.getAsLong()));
    if (window.seen++ < perMinute) {
      return true;
    }
    window.latest = event;
    return false;
  }

  /** Forgets the minutes that are over; returns what was suppressed in them. */
  synchronized List<KeptBack<Object>> closeMinutes() {
    List<KeptBack<Object>> kept = new ArrayList<>();
    long now = nanos.getAsLong();
    windows
        .values()
        .removeIf(
            window -> {
              boolean over = now - window.began >= MINUTE_NANOS;
              if (over && window.latest != null) {
                kept.add(new KeptBack<>(window.seen - perMinute, window.latest));
              }
              return over;
            });
    return kept;
  }
}

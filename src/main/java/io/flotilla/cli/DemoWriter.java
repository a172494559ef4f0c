package io.flotilla.cli;

import io.flotilla.client.Flotilla;
import io.flotilla.client.FlotillaException;
import io.flotilla.client.OutcomeUnknownException;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Writes new keys, each with a value that can be computed from the key, and remembers which were
 * acknowledged.
 */
final class DemoWriter implements Runnable {
  static final String PREFIX = "demo/";
  private static final Duration PACE = Duration.ofMillis(4);

  private final int id;
  private final Flotilla flotilla;
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final NavigableSet<Long> times = new ConcurrentSkipListSet<>();
  private volatile int unknown;
  private volatile int failed;
  private volatile boolean stopped;

  DemoWriter(int id, Flotilla flotilla) {
    this.id = id;
    this.flotilla = flotilla;
  }

  @Override
  public void run() {
    for (int i = 0; !stopped; i++) {
      String key = String.format("%sw%d/%05d", PREFIX, id, i);
      String value = "value " + i + " of writer " + id;
      try {
        Flotilla.await(flotilla.kv().set(key, value));
        times.add(System.nanoTime());
        acknowledged.put(key, value);
      } catch (OutcomeUnknownException e) {
        unknown++; // may exist or not: both are correct
      } catch (FlotillaException e) {
        failed++;
      }
      Readiness.pause(PACE);
    }
  }

  void stop() {
    stopped = true;
  }

  Map<String, String> acknowledged() {
    return acknowledged;
  }

  /** The times of the acknowledgements, as of {@link System#nanoTime}. */
  NavigableSet<Long> times() {
    return times;
  }

  int unknown() {
    return unknown;
  }

  int failed() {
    return failed;
  }
}

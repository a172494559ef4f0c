package io.flotilla.client;

import com.fasterxml.jackson.core.type.TypeReference;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/**
 * All keys under a prefix, in this process's memory and kept up to date by a {@link Watch}: reads
 * ask nobody. It takes as much memory as what is under the prefix. Reads are thread-safe.
 *
 * <p>What it can't promise: to be the latest. It shows the changes in their order, each a moment
 * after it was made, and while no address answers it shows what it knew last. Where that matters,
 * read with {@link KeyValue#get}. Several changes of a transaction are seen one by one; after a
 * long interruption only what came of them is.
 */
public final class PrefixCache implements AutoCloseable {
  private static final TypeReference<Event> EVENT = new TypeReference<>() {};
  private static final long PAUSE_MILLIS = 1000;

  /** Called about changes, on the cache's own thread, which an exception from here ends. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A key has changed, and the cache shows it. Not called for what was there in the beginning.
     *
     * @param key its whole name
     * @param before empty if there was no such key
     * @param now empty if it was deleted
     */
    void changed(String key, Optional<Entry> before, Optional<Entry> now);

    /**
     * The keys can't be watched now. The cache tries again each second, with each failure calling
     * this.
     *
     * @param reason what the request failed with
     */
    default void unreachable(FlotillaException reason) {}
  }

  /** As the server writes a change. */
  private record Event(
      long index,
      String op,
      String key,
      byte[] value,
      BigInteger flags,
      String session,
      List<String> keys) {
    Entry on(Entry before) {
      return new Entry(
          key,
          value == null ? new byte[0] : value,
          flags == null ? 0 : flags.longValue(),
          before == null ? index : before.createIndex(),
          index,
          (before == null ? 0 : before.lockIndex()) + (op.equals("lock") ? 1 : 0),
          session);
    }
  }

  private record Content(TreeMap<String, Entry> entries, long index) {}

  private final KeyValue kv;
  private final String prefix;
  private final Listener listener;
  private final Thread thread;
  private final ConcurrentNavigableMap<String, Entry> entries = new ConcurrentSkipListMap<>();
  private volatile long index;
  private volatile Watch watch;
  private volatile boolean closed;

  /** Returns once it has what is there now. */
  PrefixCache(KeyValue kv, String prefix, Listener listener) {
    this.kv = kv;
    this.prefix = prefix;
    this.listener = listener;
    Content now = read();
    entries.putAll(now.entries());
    index = now.index();
    this.thread = new Thread(this::run, "flotilla-cache-" + prefix);
    thread.setDaemon(true);
    thread.start();
  }

  /** Reads all, and from where to watch: no change before that is missing in what was read. */
  private Content read() {
    long before = Flotilla.await(kv.index());
    KeyValue.Changes now = Flotilla.await(kv.awaitChanges(prefix, 0, Duration.ZERO));
    TreeMap<String, Entry> read = new TreeMap<>();
    now.entries().forEach(e -> read.put(e.key(), e));
    return new Content(read, Math.max(before, now.index()));
  }

  private void run() {
    boolean complete = true;
    while (!closed) {
      try {
        if (!complete) {
          Content now = read();
          entries.keySet().stream()
              .filter(key -> !now.entries().containsKey(key))
              .forEach(this::remove);
          now.entries().values().forEach(this::put);
          index = now.index();
        }
        watch = kv.watch(prefix, index);
        if (!closed) {
          watch.run(this::apply);
        }
        complete = false; // changes were forgotten before they came here
      } catch (FlotillaException e) {
        complete = false;
        pause(e);
      } catch (InterruptedException e) {
        closed = true;
      }
    }
  }

  private void apply(WatchEvent event) {
    if (!event.name().equals("change")) {
      return;
    }
    Event change = Jackson.read(event.json(), EVENT);
    if (change.keys() != null) {
      change.keys().forEach(this::remove);
    } else if (change.op().equals("delete")) {
      remove(change.key());
    } else {
      put(change.on(entries.get(change.key())));
    }
    index = event.index();
  }

  private void put(Entry now) {
    Entry before = entries.put(now.key(), now);
    if (before == null || before.modifyIndex() != now.modifyIndex()) {
      tell(now.key(), before, now);
    }
  }

  private void remove(String key) {
    Entry before = entries.remove(key);
    if (before != null) {
      tell(key, before, null);
    }
  }

  private void tell(String key, Entry before, Entry now) {
    if (!closed) {
      listener.changed(key, Optional.ofNullable(before), Optional.ofNullable(now));
    }
  }

  private void pause(FlotillaException reason) {
    if (!closed) {
      listener.unreachable(reason);
    }
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  /**
   * {@return the entry of the key, empty if there is none}
   *
   * @param key its whole name
   */
  public Optional<Entry> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** {@return all entries by key: a view that changes with the cache and can't be changed} */
  public SortedMap<String, Entry> entries() {
    return Collections.unmodifiableSortedMap(entries);
  }

  /** {@return the index of the namespace up to which changes under the prefix are in here} */
  public long index() {
    return index;
  }

  /** Ends the watch; what is known stays. A call of the listener under way is not awaited. */
  @Override
  public void close() {
    closed = true;
    if (watch != null) {
      watch.close();
    }
    thread.interrupt();
  }
}

package io.flotilla.kv;

import io.flotilla.shared.Listener;

/**
 * Watches a prefix and gets every change once, in order. Called by one thread at a time; must not
 * block.
 *
 * @param <T> the form in which changes are sent
 */
public interface Watcher<T> extends Listener {
  /** Every change after this index will follow. */
  void started(long index);

  void changes(T changes);

  /** Changes it asked for are forgotten; all after {@code oldest} can be had. Nothing follows. */
  void compacted(long oldest);
}

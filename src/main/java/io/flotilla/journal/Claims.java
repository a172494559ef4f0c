package io.flotilla.journal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The epochs this node has claimed, and the sizes of the states as their holders report them. A
 * claim is <em>fresh</em> between loading the snapshot and reading the highest sequence number:
 * only then may the second step reuse the claim of the first.
 */
final class Claims {
  private record Held(long epoch, boolean fresh) {}

  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final Map<String, Long> occupied = new ConcurrentHashMap<>();

  /** Remembers a claim, unless a later one is known. */
  void claimed(String persistenceId, long epoch, boolean fresh) {
    held.merge(
        persistenceId, new Held(epoch, fresh), (old, now) -> old.epoch > now.epoch ? old : now);
  }

  /** The epoch last claimed, or 0. */
  long epoch(String persistenceId) {
    Held h = held.get(persistenceId);
    return h == null ? 0 : h.epoch;
  }

  /** The epoch for a write; afterwards the claim is no longer fresh. */
  long epochForWrite(String persistenceId) {
    return takeEpoch(persistenceId);
  }

  /** The epoch if the claim is fresh, which it then no longer is; otherwise 0. */
  long takeFresh(String persistenceId) {
    Held h = held.get(persistenceId);
    return h != null && h.fresh ? takeEpoch(persistenceId) : 0;
  }

  /** The size of the state after the next write; sent with that write. */
  void occupies(String persistenceId, long bytes) {
    occupied.put(persistenceId, bytes);
  }

  long occupied(String persistenceId) {
    return occupied.getOrDefault(persistenceId, EntityLog.UNKNOWN);
  }

  private long takeEpoch(String persistenceId) {
    Held h = held.get(persistenceId);
    if (h == null) {
      return 0;
    }
    if (h.fresh) {
      held.replace(persistenceId, h, new Held(h.epoch, false));
    }
    return h.epoch;
  }
}

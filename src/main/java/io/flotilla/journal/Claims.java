package io.flotilla.journal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The epochs this node has claimed, and what the holders say that their states occupy. A claim is
 * <em>fresh</em> between the load of the snapshot and the read of the highest sequence number: only
 * then may the second go on where the first began.
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

  /** The epoch a write is to carry; afterwards the claim isn't fresh any more. */
  long epochForWrite(String persistenceId) {
    return takeEpoch(persistenceId);
  }

  /** The epoch if the claim is fresh, once; otherwise 0. */
  long takeFresh(String persistenceId) {
    Held h = held.get(persistenceId);
    return h != null && h.fresh ? takeEpoch(persistenceId) : 0;
  }

  /** What the state will occupy when the next write is done; told with that write. */
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

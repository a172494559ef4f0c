package io.flotilla.entity;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Batches with writes that have come and are not decided yet, one per gateway: of copies, or of a
 * batch and its successor, which is sent only once nobody waits for the first any more, the later
 * one.
 */
final class WaitingBatches {
  private final Map<String, EntityActor.Batch> byGateway = new LinkedHashMap<>();

  /** Returns whether it is the first. */
  boolean add(EntityActor.Batch batch) {
    boolean first = byGateway.isEmpty();
    byGateway.merge(
        batch.gateway(), batch, (old, copy) -> copy.number() < old.number() ? old : copy);
    return first;
  }

  boolean isEmpty() {
    return byGateway.isEmpty();
  }

  void clear() {
    byGateway.clear();
  }

  /**
   * Takes the one that came first; null if there is none, or if together with what was taken before
   * it is more than a batch may be.
   *
   * @param ops taken before
   * @param bytes that these take, asked or stored
   */
  EntityActor.Batch next(int ops, long bytes) {
    Iterator<EntityActor.Batch> all = byGateway.values().iterator();
    EntityActor.Batch next = all.hasNext() ? all.next() : null;
    if (next == null || ops > 0 && !fits(next, ops, bytes)) {
      return null;
    }
    all.remove();
    return next;
  }

  private static boolean fits(EntityActor.Batch next, int ops, long bytes) {
    return ops + next.ops().size() <= Gateway.BATCH_OPS
        && bytes + next.bytes() <= Gateway.BATCH_BYTES;
  }
}

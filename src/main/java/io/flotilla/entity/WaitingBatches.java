package io.flotilla.entity;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Batches with writes that have come and are not decided yet, one per gateway: of copies, or of a
 * batch and its successor, which is sent only once nobody waits for the first any more, the later
 * one.
 */
final class WaitingBatches {
  private final Map<String, EntityActor.Batch> byGateway = new LinkedHashMap<>();

  /** Returns whether it is the only one. */
  boolean add(EntityActor.Batch batch) {
    byGateway.merge(
        batch.gateway(), batch, (old, copy) -> copy.number() < old.number() ? old : copy);
    return byGateway.size() == 1;
  }

  boolean isEmpty() {
    return byGateway.isEmpty();
  }

  void clear() {
    byGateway.clear();
  }

  /** Takes as many as together are no more than a batch may be, in the order in which they came. */
  List<EntityActor.Batch> take() {
    List<EntityActor.Batch> taken = new ArrayList<>();
    int ops = 0;
    long bytes = 0;
    for (Iterator<EntityActor.Batch> all = byGateway.values().iterator(); all.hasNext(); ) {
      EntityActor.Batch next = all.next();
      ops += next.ops().size();
      bytes += next.ops().stream().mapToLong(Operation::bytes).sum();
      if (!taken.isEmpty() && (ops > Gateway.BATCH_OPS || bytes > Gateway.BATCH_BYTES)) {
        break;
      }
      taken.add(next);
      all.remove();
    }
    return taken;
  }
}

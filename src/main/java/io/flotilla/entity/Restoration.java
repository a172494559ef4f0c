package io.flotilla.entity;

import io.flotilla.wire.Restored;
import java.util.List;

/**
 * How an entity goes on when what it has stored was replaced by a backup: by a change that sets its
 * index beyond all that it ever gave. So no index is given twice, and none goes back.
 */
final class Restoration {
  /** An entry of the log has at most 4 MiB, and so fewer changes than this power of two. */
  private static final int MOST_CHANGES_BITS = 20;

  private Restoration() {}

  /**
   * @param stored what the log has: an event of the entity, or the end of a backup
   * @param kind any state of this kind of entity
   */
  static <S extends ModelState<S, C>, C extends Fact> Committed<C> event(Object stored, S kind) {
    if (stored instanceof Restored end) {
      C restored = kind.restored(end.logIndex() << MOST_CHANGES_BITS);
      // The entity's own time stays where it was.
      return new Committed<>(new Moment(0, 0), "", 0, List.of(), List.of(restored), List.of());
    }
    @SuppressWarnings("unchecked") // what an entity stored, it gets back
    Committed<C> event = (Committed<C>) stored;
    return event;
  }
}

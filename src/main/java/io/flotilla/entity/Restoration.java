package io.flotilla.entity;

import akka.persistence.typed.PersistenceId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * How an entity goes on when what it has stored was replaced by a backup: by an event whose change
 * sets its index beyond all that it ever gave. So no index is given twice, and none goes back.
 */
public final class Restoration {
  /** An entry of the log has at most 4 MiB, and so fewer changes than this power of two. */
  private static final int MOST_CHANGES_BITS = 20;

  private Restoration() {}

  /**
   * @param kind makes the ids of one kind of entity
   * @param persistenceId of any kind; of others there is no such event
   * @param logIndex up to which the log may have stored changes
   * @param change from its index
   */
  public static <C extends Fact> Optional<Committed<C>> event(
      Function<String, PersistenceId> kind,
      String persistenceId,
      long logIndex,
      LongFunction<C> change) {
    if (!persistenceId.startsWith(kind.apply("").id())) {
      return Optional.empty();
    }
    C restored = change.apply(logIndex << MOST_CHANGES_BITS);
    // The entity's own time stays where it was.
    return Optional.of(
        new Committed<>(new Moment(0, 0), "", 0, List.of(), List.of(restored), List.of()));
  }
}

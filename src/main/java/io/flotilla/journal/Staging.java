package io.flotilla.journal;

import io.flotilla.journal.LogState.Applied;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.pcollections.HashPMap;

/**
 * How a backup gets into a log that is in use: what it has is first stored under ids of its own, by
 * the same commands as everything else and in as many entries as it takes; one more entry then puts
 * all of it in place. So the group has either what it had, or what the backup has.
 *
 * <p>A pure function of the log, like {@link LogState}.
 */
final class Staging {
  private static final String PREFIX = "restore|";

  /** Claimed by the last restore that was done, so that a repeat is known. */
  private static final String LAST = "restored";

  private Staging() {}

  /** Where something is stored until it is put in place. */
  static String id(UUID restore, String persistenceId) {
    return of(restore) + persistenceId;
  }

  private static String of(UUID restore) {
    return PREFIX + restore + "|";
  }

  /** Whether an id is of a restore, done or not, and of nobody else. */
  static boolean isOwn(String id) {
    return id.startsWith(PREFIX) || id.equals(LAST);
  }

  static boolean isOf(List<String> kinds, String persistenceId) {
    return kinds.stream().anyMatch(persistenceId::startsWith);
  }

  static Applied put(LogState state, long index, Command.Restore c) {
    EntityLog last = state.entity(LAST);
    if (last.claimId().equals(c.restore())) {
      return new Applied(state, new Reply.Done(last.epoch()));
    }
    Map<String, EntityLog> staged = staged(state, c.restore());
    if (staged.size() != c.staged()) {
      return new Applied(state, new Reply.Refused("not all of the backup is there (any more)"));
    }
    HashPMap<String, EntityLog> next = state.entities();
    for (String id : state.entities().keySet()) {
      if (isOwn(id)) {
        next = next.minus(id);
      } else if (isOf(c.kinds(), id) && !staged.containsKey(id)) {
        next = next.plus(id, state.entity(id).replacedBy(EntityLog.EMPTY, index));
      }
    }
    for (Map.Entry<String, EntityLog> each : staged.entrySet()) {
      String id = each.getKey();
      if (isOf(c.kinds(), id)) {
        next = next.plus(id, state.entity(id).replacedBy(each.getValue(), index));
      } else if (!next.containsKey(id)) {
        next = next.plus(id, EntityLog.claimed(index, each.getValue().claimId()));
      }
    }
    next = next.plus(LAST, EntityLog.claimed(index, c.restore()));
    return new Applied(new LogState(next, state.roster()), new Reply.Done(index));
  }

  /** What is staged for a restore, by the ids that it is meant for. */
  private static Map<String, EntityLog> staged(LogState state, UUID restore) {
    String prefix = of(restore);
    Map<String, EntityLog> all = new TreeMap<>();
    state
        .entities()
        .forEach(
            (id, log) -> {
              if (id.startsWith(prefix)) {
                all.put(id.substring(prefix.length()), log);
              }
            });
    return all;
  }

  /** Drops what is staged for any restore but one. */
  static Applied drop(LogState state, long index, Command.Unstage c) {
    HashPMap<String, EntityLog> next = state.entities();
    for (String id : state.entities().keySet()) {
      if (id.startsWith(PREFIX) && !id.startsWith(of(c.except()))) {
        next = next.minus(id);
      }
    }
    return new Applied(
        next == state.entities() ? state : new LogState(next, state.roster()),
        new Reply.Done(index));
  }
}

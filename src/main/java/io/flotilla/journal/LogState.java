package io.flotilla.journal;

import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/**
 * The replicated state: one {@link EntityLog} per persistence id. Immutable, so that recoveries,
 * snapshots and digests read it off the apply thread without locks. A pure function of the log: no
 * clock, no randomness.
 *
 * @param bytes total size of all ids, see {@link EntityLog#weight}
 */
record LogState(HashPMap<String, EntityLog> entities, long bytes) {
  static final LogState EMPTY = new LogState(HashTreePMap.empty());

  LogState(HashPMap<String, EntityLog> entities) {
    this(entities, entities.values().stream().mapToLong(EntityLog::weight).sum());
  }

  /** The state after a command, and the reply. */
  record Applied(LogState state, Reply reply) {}

  EntityLog entity(String persistenceId) {
    return entities.getOrDefault(persistenceId, EntityLog.EMPTY);
  }

  Applied apply(long index, Command command) {
    if (command instanceof Command.Append c) {
      return with(c.persistenceId(), entity(c.persistenceId()).append(index, c));
    }
    if (command instanceof Command.Claim c) {
      return with(c.persistenceId(), entity(c.persistenceId()).claim(index, c));
    }
    if (command instanceof Command.DeleteTo c) {
      return with(c.persistenceId(), entity(c.persistenceId()).deleteTo(index, c));
    }
    if (command instanceof Command.SnapshotChunk c) {
      return with(c.persistenceId(), entity(c.persistenceId()).chunk(index, c));
    }
    if (command instanceof Command.CommitSnapshot c) {
      return with(c.persistenceId(), entity(c.persistenceId()).commit(index, c));
    }
    if (command instanceof Command.DeleteSnapshots c) {
      return with(c.persistenceId(), entity(c.persistenceId()).deleteSnapshots(index, c));
    }
    return new Applied(this, new Reply.Done(index));
  }

  private Applied with(String persistenceId, EntityLog.Step step) {
    EntityLog old = entities.get(persistenceId);
    if (step.log() == (old == null ? EntityLog.EMPTY : old)) {
      return new Applied(this, step.reply());
    }
    long more = step.log().weight() - (old == null ? 0 : old.weight());
    return new Applied(
        new LogState(entities.plus(persistenceId, step.log()), bytes + more), step.reply());
  }
}

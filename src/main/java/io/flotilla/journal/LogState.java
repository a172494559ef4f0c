package io.flotilla.journal;

import java.util.ArrayList;
import java.util.List;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/**
 * The replicated state: one {@link EntityLog} per persistence id, and the {@link Roster} of the
 * nodes. Immutable, so that recoveries, snapshots and digests read it off the apply thread without
 * locks. A pure function of the log: no clock, no randomness.
 *
 * @param bytes total size of all ids, see {@link EntityLog#weight}
 */
record LogState(HashPMap<String, EntityLog> entities, long bytes, Roster roster) {
  static final LogState EMPTY = new LogState(HashTreePMap.empty(), Roster.EMPTY);

  LogState(HashPMap<String, EntityLog> entities, Roster roster) {
    this(entities, entities.values().stream().mapToLong(EntityLog::weight).sum(), roster);
  }

  /** The state after a command, and the reply. */
  record Applied(LogState state, Reply reply) {}

  /** The state after the commands of one entry, and a reply to each. */
  record AllApplied(LogState state, List<Reply> replies) {}

  EntityLog entity(String persistenceId) {
    return entities.getOrDefault(persistenceId, EntityLog.EMPTY);
  }

  AllApplied apply(long index, List<Command> commands) {
    LogState next = this;
    List<Reply> replies = new ArrayList<>(commands.size());
    for (Command command : commands) {
      Applied applied = next.apply(index, command);
      next = applied.state();
      replies.add(applied.reply());
    }
    return new AllApplied(next, replies);
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
    if (command instanceof Command.Restore c) {
      return Staging.put(this, index, c);
    }
    if (command instanceof Command.Unstage c) {
      return Staging.drop(this, index, c);
    }
    if (command instanceof Command.OfRoster c) {
      Roster.Step step = roster.apply(index, c);
      return new Applied(new LogState(entities, bytes, step.roster()), step.reply());
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
        new LogState(entities.plus(persistenceId, step.log()), bytes + more, roster), step.reply());
  }
}

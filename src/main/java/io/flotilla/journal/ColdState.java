package io.flotilla.journal;

import io.flotilla.journal.EntityLog.StoredSnapshot;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.pcollections.HashPMap;

/** What a state file has of the state that it was written from, and memory needn't keep. */
final class ColdState {
  /** Less than this isn't worth the record of where it is. */
  static final int LEAST = 512;

  private final Map<String, List<ColdEvents>> events = new HashMap<>();
  private final Map<StoredSnapshot, StoredSnapshot> snapshots = new IdentityHashMap<>();

  void add(String persistenceId, List<ColdEvents> all) {
    events.put(persistenceId, all);
  }

  void add(StoredSnapshot inMemory, ColdChunks chunks) {
    snapshots.put(
        inMemory, new StoredSnapshot(inMemory.sequenceNr(), inMemory.timestamp(), chunks));
  }

  /** The same state, or a later one, with what is in the file only there. */
  LogState left(LogState state) {
    HashPMap<String, EntityLog> entities = state.entities();
    for (Map.Entry<String, EntityLog> each : state.entities().entrySet()) {
      EntityLog cold = left(each.getKey(), each.getValue());
      if (cold != each.getValue()) {
        entities = entities.plus(each.getKey(), cold);
      }
    }
    return new LogState(entities, state.bytes(), state.roster());
  }

  private EntityLog left(String persistenceId, EntityLog log) {
    EventRun run = log.events().leftIn(events.getOrDefault(persistenceId, List.of()));
    List<StoredSnapshot> stored = log.snapshots();
    if (stored.stream().anyMatch(snapshots::containsKey)) {
      stored = stored.stream().map(s -> snapshots.getOrDefault(s, s)).toList();
    }
    return run == log.events() && stored == log.snapshots()
        ? log
        : new EntityLog(log.epoch(), log.claimId(), run, stored, log.upload(), log.stateBytes());
  }
}

package io.flotilla.journal;

import io.flotilla.journal.ColdFile.Place;
import io.flotilla.journal.EntityLog.StoredSnapshot;
import io.flotilla.journal.EntityLog.Upload;
import java.util.ArrayList;
import java.util.List;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;

/** Builds a {@link LogState} from the parts of its file, see {@link StateFormat}. */
final class StateReader {
  private HashPMap<String, EntityLog> entities = HashTreePMap.empty();
  private Roster roster = Roster.EMPTY;
  private StatePart.Origin origin;
  private StatePart.Id id;
  private EventRun events;
  private List<StoredSnapshot> snapshots;
  private Upload upload;
  private StatePart.Snapshot snapshot;
  private List<byte[]> chunks;
  private List<Place> places;
  private long chunkBytes;

  /**
   * @param place where the part can be read again, or null
   */
  void take(StatePart part, Place place) {
    if (part instanceof StatePart.Id next) {
      endId();
      begin(next);
    } else if (part instanceof StatePart.Origin o) {
      origin = o;
    } else if (part instanceof StatePart.Members m) {
      roster = m.roster();
    } else if (id == null) {
      throw new CorruptDataException("a state file that begins with " + part);
    } else if (part instanceof StatePart.Events e) {
      add(e.events(), place);
    } else if (part instanceof StatePart.Snapshot s) {
      endSnapshot();
      snapshot = s;
      chunks = new ArrayList<>();
      places = new ArrayList<>();
      chunkBytes = 0;
    } else if (snapshot == null) {
      throw new CorruptDataException("a chunk without a snapshot in " + id.persistenceId());
    } else {
      add(((StatePart.Chunk) part).bytes(), place);
    }
  }

  /** Only the last part of the events can be small. */
  private void add(List<byte[]> more, Place place) {
    boolean cold = place != null && (events.hasCold() || place.length() >= ColdState.LEAST);
    events =
        cold
            ? events.appendCold(new ColdEvents(place, events.highest() + 1, more), more)
            : events.append(more);
  }

  /** Those of a snapshot that is still being received are in memory. */
  private void add(byte[] chunk, Place place) {
    if (place != null && snapshot.committed()) {
      places.add(place);
    } else {
      chunks.add(chunk);
    }
    chunkBytes += chunk.length;
  }

  /** Where a backup is from; null of any other state file. */
  StatePart.Origin origin() {
    return origin;
  }

  LogState done() {
    endId();
    return new LogState(entities, roster);
  }

  private void begin(StatePart.Id next) {
    id = next;
    events = EventRun.deletedTo(next.firstSequenceNr() - 1);
    snapshots = new ArrayList<>();
    upload = null;
  }

  private void endSnapshot() {
    if (snapshot == null) {
      return;
    } else if (snapshot.committed()) {
      List<byte[]> all =
          places.isEmpty() ? List.copyOf(chunks) : new ColdChunks(places, chunkBytes);
      snapshots.add(new StoredSnapshot(snapshot.sequenceNr(), snapshot.timestamp(), all));
    } else {
      upload = new Upload(snapshot.sequenceNr(), snapshot.timestamp(), chunks);
    }
    snapshot = null;
  }

  private void endId() {
    if (id == null) {
      return;
    }
    endSnapshot();
    EntityLog log =
        new EntityLog(
            id.epoch(), id.claimId(), events, List.copyOf(snapshots), upload, id.stateBytes());
    entities = entities.plus(id.persistenceId(), log);
    id = null;
  }
}

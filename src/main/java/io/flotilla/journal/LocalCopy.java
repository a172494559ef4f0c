package io.flotilla.journal;

import akka.serialization.Serialization;
import io.flotilla.journal.EntityLog.StoredSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What this member's own copy of the log holds for a persistence id beyond what the asker knows. It
 * may lag behind the leader's.
 *
 * @param anew whether what the asker knows is not followed by this, but replaced
 * @param snapshot the starting point, if the events alone don't connect to what the asker knows
 * @param events in order, following the snapshot or what the asker knows
 * @param sequenceNr of the last event included; the starting point for the next request
 */
public record LocalCopy(
    boolean anew, Optional<Object> snapshot, List<Object> events, long sequenceNr) {

  static LocalCopy of(
      EntityLog entity, String persistenceId, long knownSequenceNr, Serialization serialization) {
    EventRun events = entity.events();
    Optional<Object> snapshot = Optional.empty();
    long from = knownSequenceNr + 1;
    boolean anew = from < events.first();
    if (anew && !entity.snapshots().isEmpty()) {
      StoredSnapshot newest = entity.snapshots().get(entity.snapshots().size() - 1);
      snapshot = Optional.of(SnapshotForm.decode(persistenceId, newest, serialization).snapshot());
      from = newest.sequenceNr() + 1;
    }
    List<Object> payloads = new ArrayList<>();
    for (long nr = Math.max(from, events.first()); nr <= events.highest(); nr++) {
      byte[] event = events.get(nr);
      if (event.length > 0) {
        payloads.add(EventEnvelope.decode(event, persistenceId, nr, serialization).payload());
      }
    }
    return new LocalCopy(
        anew, snapshot, payloads, Math.max(events.highest(), Math.max(knownSequenceNr, from - 1)));
  }
}

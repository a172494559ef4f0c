package io.flotilla.journal;

import io.flotilla.journal.ColdFile.Place;
import io.flotilla.journal.EntityLog.StoredSnapshot;
import io.flotilla.journal.EntityLog.Upload;
import io.flotilla.wire.Parts;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** Writes the parts of a state file, see {@link StateFormat}, and notes where they are. */
final class StateWriter {
  /** Limit of the events in one part; a single event may exceed it. */
  private static final int EVENTS_BYTES = 256 * 1024;

  private final OutputStream out;
  private final Gauge gauge;
  private final ColdFile file;
  private final ColdState written = new ColdState();

  /**
   * @param gauge on that stream
   * @param file that it goes to, or null
   */
  StateWriter(OutputStream out, Gauge gauge, ColdFile file) {
    this.out = out;
    this.gauge = gauge;
    this.file = file;
  }

  /** What is in the file; nothing without one. */
  ColdState written() {
    return written;
  }

  Place write(StatePart part) throws IOException {
    gauge.begin();
    Parts.write(out, part);
    return gauge.place(file);
  }

  void write(String persistenceId, EntityLog entity) throws IOException {
    EventRun events = entity.events();
    write(
        new StatePart.Id(
            persistenceId, entity.epoch(), entity.claimId(), events.first(), entity.stateBytes()));
    List<ColdEvents> places = write(events);
    if (file != null && (events.hasCold() || events.bytes() >= ColdState.LEAST)) {
      written.add(persistenceId, places);
    }
    for (StoredSnapshot s : entity.snapshots()) {
      write(new StatePart.Snapshot(s.sequenceNr(), s.timestamp(), true));
      ColdChunks chunks = new ColdChunks(write(s.chunks()), s.size());
      if (file != null) {
        written.add(s, chunks);
      }
    }
    Upload upload = entity.upload();
    if (upload != null) {
      write(new StatePart.Snapshot(upload.sequenceNr(), upload.timestamp(), false));
      write(upload.chunks());
    }
  }

  private List<ColdEvents> write(EventRun events) throws IOException {
    List<ColdEvents> places = new ArrayList<>();
    List<byte[]> run = new ArrayList<>();
    int bytes = 0;
    for (long nr = events.first(); nr <= events.highest(); nr++) {
      byte[] event = events.get(nr);
      run.add(event);
      bytes += event.length;
      if (bytes > EVENTS_BYTES || nr == events.highest()) {
        Place place = write(new StatePart.Events(run));
        places.add(new ColdEvents(place, nr - run.size() + 1, run));
        run = new ArrayList<>();
        bytes = 0;
      }
    }
    return places;
  }

  private List<Place> write(List<byte[]> chunks) throws IOException {
    List<Place> places = new ArrayList<>();
    for (byte[] chunk : chunks) {
      places.add(write(new StatePart.Chunk(chunk)));
    }
    return places;
  }
}

package io.flotilla.journal;

import io.flotilla.wire.Restored;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Everything the group stores for one persistence id. Immutable.
 *
 * @param epoch log index of the current claim; 0 before the first
 * @param claimId identifies the claim, to recognise repeats
 * @param events the events not deleted
 * @param snapshots committed snapshots by rising sequence number
 * @param upload the snapshot being received, or null
 * @param stateBytes memory used by the state after the last event, as reported by its holder, or
 *     {@link #UNKNOWN}
 */
record EntityLog(
    long epoch,
    UUID claimId,
    EventRun events,
    List<StoredSnapshot> snapshots,
    Upload upload,
    long stateBytes) {

  static final long UNKNOWN = -1;

  /**
   * Cost of an id besides its state: its entry here, a few copies of its name elsewhere, and its
   * actor where that is running.
   */
  static final long OVERHEAD = 4096;

  /** How often the log holds a state at most: a snapshot, the events since, the next snapshot. */
  static final int COPIES = 3;

  /** Of what nobody claimed, or nobody has since it was restored. */
  private static final UUID NO_CLAIM = new UUID(0, 0);

  static final EntityLog EMPTY =
      new EntityLog(0, NO_CLAIM, EventRun.EMPTY, List.of(), null, UNKNOWN);

  /** A committed snapshot, its bytes in the chunks as received. */
  record StoredSnapshot(long sequenceNr, long timestamp, List<byte[]> chunks) {
    long size() {
      return EntityLog.bytes(chunks);
    }
  }

  /** The chunks received so far of a snapshot not yet committed. */
  record Upload(long sequenceNr, long timestamp, List<byte[]> chunks) {
    boolean isOf(long aSequenceNr, long aTimestamp) {
      return sequenceNr == aSequenceNr && timestamp == aTimestamp;
    }
  }

  /** The new state and the reply. */
  record Step(EntityLog log, Reply reply) {}

  Step claim(long index, Command.Claim c) {
    if (epoch != 0 && claimId.equals(c.claimId())) {
      return new Step(this, new Reply.Claimed(epoch, events.highest()));
    }
    // The predecessor's half-sent snapshot can no longer be committed.
    EntityLog claimed = new EntityLog(index, c.claimId(), events, snapshots, null, stateBytes);
    return new Step(claimed, new Reply.Claimed(index, events.highest()));
  }

  Step append(long index, Command.Append c) {
    if (!isWriter(c.epoch())) {
      return new Step(this, new Reply.Fenced(epoch));
    }
    long last = c.firstSequenceNr() + c.events().size() - 1;
    if (c.firstSequenceNr() == events.highest() + 1) {
      return new Step(withEvents(events.append(c.events()), c.stateBytes()), new Reply.Done(index));
    }
    if (c.firstSequenceNr() > 0
        && last <= events.highest()
        && events.matches(c.firstSequenceNr(), c.events())) {
      return new Step(this, new Reply.Done(index));
    }
    return new Step(this, new Reply.OutOfOrder(events.highest()));
  }

  /** An id of which nothing is known but that it was claimed. */
  static EntityLog claimed(long index, UUID claimId) {
    return new EntityLog(index, claimId, EventRun.EMPTY, List.of(), null, UNKNOWN);
  }

  /** Followed by an event that no writer has sent: all before it is from a backup. */
  EntityLog restored(long logIndex) {
    byte[] event = EventEnvelope.encode(new Restored(logIndex));
    return withEvents(events.append(List.of(event)), stateBytes);
  }

  /**
   * The id as it goes on with what was staged for it. Sequence numbers go on, too, and one is left
   * out, so that who knows the events before sees that these don't follow. Who claimed it before
   * can't write any more.
   *
   * @param staged has its events from number 1 on, and a snapshot before them, if any
   */
  EntityLog replacedBy(EntityLog staged, long index) {
    long gap = events.highest() + 1;
    List<StoredSnapshot> before =
        staged.snapshots().stream()
            .map(s -> new StoredSnapshot(gap, s.timestamp(), s.chunks()))
            .toList();
    EventRun after = staged.events().movedBehind(gap);
    return new EntityLog(index, NO_CLAIM, after, before, null, staged.stateBytes()).restored(index);
  }

  /** Whether it was replaced by a backup, and nobody has claimed it since. */
  boolean isUnclaimedBackup() {
    return epoch != 0 && claimId.equals(NO_CLAIM);
  }

  Step deleteTo(long index, Command.DeleteTo c) {
    if (!isWriter(c.epoch())) {
      return new Step(this, new Reply.Fenced(epoch));
    }
    return new Step(withEvents(events.deleteTo(c.sequenceNr()), stateBytes), new Reply.Done(index));
  }

  Step chunk(long index, Command.SnapshotChunk c) {
    if (!isWriter(c.epoch())) {
      return new Step(this, new Reply.Fenced(epoch));
    }
    boolean known = upload != null && upload.isOf(c.sequenceNr(), c.timestamp());
    int arrived = known ? upload.chunks().size() : 0;
    if (c.chunk() < arrived || isStored(c.sequenceNr(), c.timestamp())) {
      return new Step(this, new Reply.Done(index));
    }
    if (c.chunk() != arrived) {
      return new Step(
          this, new Reply.Refused("snapshot chunk " + c.chunk() + " came after " + arrived));
    }
    List<byte[]> chunks = new ArrayList<>(known ? upload.chunks() : List.of());
    chunks.add(c.bytes());
    Upload grown = new Upload(c.sequenceNr(), c.timestamp(), chunks);
    return new Step(
        new EntityLog(epoch, claimId, events, snapshots, grown, stateBytes), new Reply.Done(index));
  }

  Step commit(long index, Command.CommitSnapshot c) {
    if (!isWriter(c.epoch())) {
      return new Step(this, new Reply.Fenced(epoch));
    }
    boolean known = upload != null && upload.isOf(c.sequenceNr(), c.timestamp());
    if (!known) {
      return isStored(c.sequenceNr(), c.timestamp())
          ? new Step(this, new Reply.Done(index))
          : new Step(this, new Reply.Refused("no chunks of this snapshot"));
    }
    if (upload.chunks().size() != c.chunks() || crc(upload.chunks()) != c.crc32c()) {
      return new Step(
          new EntityLog(epoch, claimId, events, snapshots, null, stateBytes),
          new Reply.Refused("the snapshot's chunks don't fit its checksum; save it again"));
    }
    List<StoredSnapshot> all = new ArrayList<>(snapshots);
    // Saving a snapshot again replaces the earlier one.
    all.removeIf(s -> s.sequenceNr() == c.sequenceNr());
    int at = 0;
    while (at < all.size() && all.get(at).sequenceNr() < c.sequenceNr()) {
      at++;
    }
    all.add(at, new StoredSnapshot(c.sequenceNr(), c.timestamp(), List.copyOf(upload.chunks())));
    return new Step(
        new EntityLog(epoch, claimId, events, List.copyOf(all), null, stateBytes),
        new Reply.Done(index));
  }

  Step deleteSnapshots(long index, Command.DeleteSnapshots c) {
    if (!isWriter(c.epoch())) {
      return new Step(this, new Reply.Fenced(epoch));
    }
    List<StoredSnapshot> kept = new ArrayList<>();
    for (StoredSnapshot s : snapshots) {
      boolean matches =
          s.sequenceNr() >= c.minSequenceNr()
              && s.sequenceNr() <= c.maxSequenceNr()
              && s.timestamp() >= c.minTimestamp()
              && s.timestamp() <= c.maxTimestamp();
      if (!matches) {
        kept.add(s);
      }
    }
    return new Step(
        new EntityLog(epoch, claimId, events, List.copyOf(kept), upload, stateBytes),
        new Reply.Done(index));
  }

  static int crc(List<byte[]> chunks) {
    CRC32C crc = new CRC32C();
    chunks.forEach(chunk -> crc.update(chunk, 0, chunk.length));
    return (int) crc.getValue();
  }

  private boolean isWriter(long writer) {
    return writer == epoch && epoch != 0;
  }

  private boolean isStored(long sequenceNr, long timestamp) {
    for (StoredSnapshot s : snapshots) {
      if (s.sequenceNr() == sequenceNr && s.timestamp() == timestamp) {
        return true;
      }
    }
    return false;
  }

  private EntityLog withEvents(EventRun newEvents, long newStateBytes) {
    return new EntityLog(epoch, claimId, newEvents, snapshots, upload, newStateBytes);
  }

  // ---- size

  /**
   * The id's size against the quota: the state's size as reported by its holder, plus a fixed cost,
   * so that nearly empty ids count too. Events and snapshots count only in excess of the copies
   * that the quota leaves room for anyway, since they fluctuate between checkpoints.
   */
  long weight() {
    long kept = kept();
    return OVERHEAD + (stateBytes == UNKNOWN ? kept : Math.max(stateBytes, kept / COPIES));
  }

  /** Events and snapshots together. */
  long kept() {
    long snapshotBytes = snapshots.stream().mapToLong(StoredSnapshot::size).sum();
    return events.bytes() + snapshotBytes + (upload == null ? 0 : bytes(upload.chunks()));
  }

  private static long bytes(List<byte[]> chunks) {
    if (chunks instanceof ColdChunks cold) {
      return cold.bytes();
    }
    long sum = 0;
    for (byte[] chunk : chunks) {
      sum += chunk.length;
    }
    return sum;
  }
}

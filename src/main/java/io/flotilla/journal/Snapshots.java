package io.flotilla.journal;

import akka.Done;
import akka.actor.ActorSystem;
import akka.persistence.SnapshotMetadata;
import akka.serialization.SerializationExtension;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Sends snapshots into the log chunk by chunk, so that a large one leaves room for everything else.
 * A chunk is made when it is sent, and the next one when it is stored.
 */
public final class Snapshots {
  private static final String THREADS = "flotilla.journal.snapshot-plugin.plugin-dispatcher";

  /** When a write may be done. */
  private interface Turn {
    CompletableFuture<Done> take(Supplier<CompletableFuture<Done>> write);
  }

  private final ActorSystem system;
  private final JournalSettings settings;
  private final BiFunction<Command, String, CompletableFuture<Done>> log;

  /** Writing a large state takes long. */
  private final Executor threads;

  /** The last of those that take turns. Guarded by this. */
  private CompletableFuture<Done> last = CompletableFuture.completedFuture(Done.getInstance());

  /**
   * @param log writes a command for an id, see {@link ReplicatedLog#write}
   */
  Snapshots(
      ActorSystem system,
      JournalSettings settings,
      BiFunction<Command, String, CompletableFuture<Done>> log) {
    this.system = system;
    this.settings = settings;
    this.log = log;
    this.threads = system.dispatchers().lookup(system.settings().config().getString(THREADS));
  }

  /**
   * Stores a snapshot for the holder of an epoch, who may go on meanwhile: events after {@code
   * sequenceNr} stay. What it makes superfluous is deleted afterwards. All that this node stores
   * this way alternates, so that only one chunk is in the log, and in memory, at a time. Fails with
   * a {@link JournalException}; only if the outcome is unknown can the snapshot be there all the
   * same.
   *
   * @param atMillis the time of day, for people to read
   */
  public CompletionStage<Done> saveBeside(
      String persistenceId, long epoch, long sequenceNr, long atMillis, Object snapshot) {
    SnapshotMetadata metadata = new SnapshotMetadata(persistenceId, sequenceNr, atMillis);
    return save(metadata, epoch, snapshot, this::inTurn);
  }

  /** The same for an actor that waits for it. */
  CompletableFuture<Done> save(SnapshotMetadata metadata, long epoch, Object snapshot) {
    return save(
        metadata,
        epoch,
        snapshot,
        write -> CompletableFuture.supplyAsync(write, threads).thenCompose(sent -> sent));
  }

  private CompletableFuture<Done> save(
      SnapshotMetadata metadata, long epoch, Object snapshot, Turn turn) {
    return CompletableFuture.supplyAsync(() -> encode(metadata, snapshot), threads)
        .thenCompose(chunks -> send(metadata, epoch, chunks, turn))
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                prune(metadata.persistenceId(), epoch, metadata.sequenceNr());
              }
            });
  }

  private SnapshotChunks encode(SnapshotMetadata metadata, Object snapshot) {
    return SnapshotForm.encode(
        metadata, snapshot, SerializationExtension.get(system), settings.chunkBytes());
  }

  private CompletableFuture<Done> send(
      SnapshotMetadata metadata, long epoch, SnapshotChunks chunks, Turn turn) {
    String id = metadata.persistenceId();
    return chunks.hasNext()
        ? turn.take(() -> log.apply(next(metadata, epoch, chunks), id))
            .thenCompose(done -> send(metadata, epoch, chunks, turn))
        : turn.take(() -> log.apply(commit(metadata, epoch, chunks), id));
  }

  private static Command next(SnapshotMetadata metadata, long epoch, SnapshotChunks chunks) {
    int number = chunks.count();
    return new Command.SnapshotChunk(
        metadata.persistenceId(),
        epoch,
        metadata.sequenceNr(),
        metadata.timestamp(),
        number,
        chunks.next());
  }

  private static Command commit(SnapshotMetadata metadata, long epoch, SnapshotChunks chunks) {
    return new Command.CommitSnapshot(
        metadata.persistenceId(),
        epoch,
        metadata.sequenceNr(),
        metadata.timestamp(),
        chunks.count(),
        chunks.crc());
  }

  private synchronized CompletableFuture<Done> inTurn(Supplier<CompletableFuture<Done>> write) {
    last = last.handleAsync((done, failure) -> write.get(), threads).thenCompose(sent -> sent);
    return last;
  }

  /**
   * Deletes what a snapshot makes superfluous: older ones, and the events up to it. Runs in the
   * background; what fails is deleted after the next one.
   */
  private void prune(String id, long epoch, long sequenceNr) {
    if (settings.prune()) {
      log.apply(new Command.DeleteSnapshots(id, epoch, 0, sequenceNr - 1, 0, Long.MAX_VALUE), id)
          .thenCompose(done -> log.apply(new Command.DeleteTo(id, epoch, sequenceNr), id));
    }
  }
}

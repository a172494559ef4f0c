package io.flotilla.journal;

import akka.Done;
import akka.persistence.SelectedSnapshot;
import akka.persistence.SnapshotMetadata;
import akka.persistence.SnapshotSelectionCriteria;
import akka.persistence.snapshot.japi.SnapshotStore;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import io.flotilla.journal.EntityLog.StoredSnapshot;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;
import scala.concurrent.Future;

/**
 * Akka Persistence's snapshot store over the {@link ReplicatedLog}. An actor that saves through it
 * stands still meanwhile; {@link Snapshots#saveBeside} is for those that must not.
 */
public final class SnapshotPlugin extends SnapshotStore {
  private final ReplicatedLog log = ReplicatedLog.get(context().system());
  private final Serialization serialization = SerializationExtension.get(context().system());
  private final Executor executor = context().dispatcher();

  /**
   * Snapshots that could not be saved. After such a failure Akka deletes the same sequence number,
   * which must not hit an older snapshot, perhaps the only one.
   */
  private final Set<String> failed = ConcurrentHashMap.newKeySet();

  /** Instantiated by Akka, by name. */
  public SnapshotPlugin() {
    log.start();
  }

  /** A recovery begins here, so here the new incarnation claims its id. */
  @Override
  public Future<Optional<SelectedSnapshot>> doLoadAsync(
      String persistenceId, SnapshotSelectionCriteria criteria) {
    return ScalaFutures.of(
        log.claim(persistenceId, true)
            .thenApplyAsync(entity -> newest(persistenceId, entity, criteria), executor),
        found -> found);
  }

  private Optional<SelectedSnapshot> newest(
      String persistenceId, EntityLog entity, SnapshotSelectionCriteria criteria) {
    StoredSnapshot newest = null;
    for (StoredSnapshot s : entity.snapshots()) {
      if (s.sequenceNr() >= criteria.minSequenceNr()
          && s.sequenceNr() <= criteria.maxSequenceNr()
          && s.timestamp() >= criteria.minTimestamp()
          && s.timestamp() <= criteria.maxTimestamp()) {
        newest = s;
      }
    }
    return Optional.ofNullable(newest)
        .map(s -> SnapshotForm.decode(persistenceId, s, serialization));
  }

  @Override
  public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
    CompletableFuture<Done> saved =
        withEpoch(
            metadata.persistenceId(), epoch -> log.snapshots().save(metadata, epoch, snapshot));
    return ScalaFutures.of(
        saved.whenComplete(
            (done, failure) -> {
              if (failure != null) {
                failed.add(failureKey(metadata));
              }
            }),
        done -> null);
  }

  @Override
  public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
    if (failed.remove(failureKey(metadata))) {
      return ScalaFutures.of(CompletableFuture.completedFuture(null), done -> null);
    }
    boolean anyTime = metadata.timestamp() == 0;
    return delete(
        metadata.persistenceId(),
        metadata.sequenceNr(),
        metadata.sequenceNr(),
        anyTime ? 0 : metadata.timestamp(),
        anyTime ? Long.MAX_VALUE : metadata.timestamp());
  }

  @Override
  public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
    return delete(
        persistenceId,
        criteria.minSequenceNr(),
        criteria.maxSequenceNr(),
        criteria.minTimestamp(),
        criteria.maxTimestamp());
  }

  private Future<Void> delete(
      String id, long minSequenceNr, long maxSequenceNr, long minTimestamp, long maxTimestamp) {
    return ScalaFutures.of(
        withEpoch(
            id,
            epoch ->
                log.write(
                    new Command.DeleteSnapshots(
                        id, epoch, minSequenceNr, maxSequenceNr, minTimestamp, maxTimestamp),
                    id)),
        done -> null);
  }

  private CompletableFuture<Done> withEpoch(
      String persistenceId, LongFunction<CompletableFuture<Done>> write) {
    long epoch = log.claims().epochForWrite(persistenceId);
    return epoch != 0
        ? write.apply(epoch)
        : log.claim(persistenceId, false).thenCompose(entity -> write.apply(entity.epoch()));
  }

  private static String failureKey(SnapshotMetadata metadata) {
    return metadata.sequenceNr() + "/" + metadata.persistenceId();
  }
}

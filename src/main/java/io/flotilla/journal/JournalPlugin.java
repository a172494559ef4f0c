package io.flotilla.journal;

import akka.Done;
import akka.actor.ActorRef;
import akka.persistence.AtomicWrite;
import akka.persistence.JournalProtocol;
import akka.persistence.PersistentRepr;
import akka.persistence.journal.japi.AsyncWriteJournal;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import io.flotilla.async.Futures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import scala.PartialFunction;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/**
 * Akka Persistence's journal over the {@link ReplicatedLog}: one entry of the log per batch of
 * events of a persistence id.
 */
public final class JournalPlugin extends AsyncWriteJournal {
  private static final byte[] REJECTED = new byte[0];

  private final ReplicatedLog log = ReplicatedLog.get(context().system());
  private final Serialization serialization = SerializationExtension.get(context().system());
  private final Executor executor = context().dispatcher();

  /** The last write under way per id; the next waits for it, so that a retry can't overtake. */
  private final Map<String, CompletableFuture<Done>> tails = new HashMap<>();

  /** Instantiated by Akka, by name. */
  public JournalPlugin() {
    log.start();
  }

  /**
   * Akka answers all writes of a node in the order in which they were requested, so one that takes
   * long would hold up those of all other ids, and each answer passes through an actor that puts
   * them in order. Of one id an {@code EventSourcedBehavior} has one write under way at a time.
   */
  @Override
  public void aroundReceive(PartialFunction<Object, BoxedUnit> receive, Object message) {
    if (message instanceof JournalProtocol.WriteMessages request
        && request.messages().size() == 1
        && request.messages().head() instanceof AtomicWrite write) {
      write(request, write);
    } else {
      super.aroundReceive(receive, message);
    }
  }

  private void write(JournalProtocol.WriteMessages request, AtomicWrite write) {
    Batch batch = new Batch(new ArrayList<>(), write.lowestSequenceNr());
    Optional<Exception> rejection = encode(write, batch.events);
    ActorRef journal = self();
    CompletableFuture<Done> stored;
    try {
      stored = append(write.persistenceId(), batch);
    } catch (RuntimeException e) {
      stored = CompletableFuture.failedFuture(e);
    }
    stored.whenComplete(
        (done, failure) -> answer(request, write, rejection, Futures.unwrap(failure), journal));
  }

  /** In whichever thread. */
  private static void answer(
      JournalProtocol.WriteMessages request,
      AtomicWrite write,
      Optional<Exception> rejection,
      Throwable failure,
      ActorRef journal) {
    ActorRef writer = request.persistentActor();
    int instance = request.actorInstanceId();
    writer.tell(
        failure == null
            ? JournalProtocol.WriteMessagesSuccessful$.MODULE$
            : new JournalProtocol.WriteMessagesFailed(failure, 1),
        journal);
    for (PersistentRepr event : CollectionConverters.asJava(write.payload())) {
      Object answer;
      if (failure != null) {
        answer = new JournalProtocol.WriteMessageFailure(event, failure, instance);
      } else if (rejection.isPresent()) {
        answer = new JournalProtocol.WriteMessageRejected(event, rejection.get(), instance);
      } else {
        answer = new JournalProtocol.WriteMessageSuccess(event, instance);
      }
      writer.tell(answer, event.sender());
    }
  }

  private record Batch(List<byte[]> events, long firstSequenceNr) {}

  @Override
  public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(
      Iterable<AtomicWrite> messages) {
    List<Optional<Exception>> rejections = new ArrayList<>();
    Map<String, Batch> batches = new HashMap<>();
    for (AtomicWrite write : messages) {
      Batch batch =
          batches.computeIfAbsent(
              write.persistenceId(), id -> new Batch(new ArrayList<>(), write.lowestSequenceNr()));
      rejections.add(encode(write, batch.events));
    }
    List<CompletableFuture<Done>> writes = new ArrayList<>();
    batches.forEach((id, batch) -> writes.add(append(id, batch)));
    CompletableFuture<?> all =
        writes.size() == 1
            ? writes.get(0)
            : CompletableFuture.allOf(writes.toArray(CompletableFuture<?>[]::new));
    return ScalaFutures.of(all, done -> rejections);
  }

  /** Adds the write's events, or, if one can't be serialized, a gap for each of them. */
  private Optional<Exception> encode(AtomicWrite write, List<byte[]> events) {
    int before = events.size();
    try {
      for (PersistentRepr event : CollectionConverters.asJava(write.payload())) {
        events.add(EventEnvelope.encode(event, serialization));
      }
      return Optional.empty();
    } catch (Exception e) {
      while (events.size() > before) {
        events.remove(events.size() - 1);
      }
      for (int i = 0; i < write.size(); i++) {
        events.add(REJECTED);
      }
      return Optional.of(e);
    }
  }

  private CompletableFuture<Done> append(String persistenceId, Batch batch) {
    long bytes = batch.events.stream().mapToLong(e -> e.length).sum();
    int limit = log.settings().maxWriteBytes();
    if (bytes > limit) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException(
              bytes + " bytes in one write; flotilla.journal.max-write-bytes is " + limit));
    }
    // The claim held now, not when it is this write's turn: a write requested by an old
    // incarnation must not slip in after a new one.
    long epoch = log.claims().epochForWrite(persistenceId);
    long stateBytes = log.claims().occupied(persistenceId);
    return inTurn(
        persistenceId,
        () ->
            withEpoch(
                persistenceId,
                epoch,
                claimed ->
                    log.write(
                        new Command.Append(
                            persistenceId,
                            claimed,
                            batch.firstSequenceNr,
                            batch.events,
                            stateBytes),
                        persistenceId)));
  }

  @Override
  public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
    long epoch = log.claims().epochForWrite(persistenceId);
    CompletableFuture<Done> deleted =
        inTurn(
            persistenceId,
            () ->
                withEpoch(
                    persistenceId,
                    epoch,
                    claimed ->
                        log.write(
                            new Command.DeleteTo(persistenceId, claimed, toSequenceNr),
                            persistenceId)));
    return ScalaFutures.of(deleted, done -> null);
  }

  private CompletableFuture<Done> inTurn(
      String persistenceId, Supplier<CompletableFuture<Done>> write) {
    CompletableFuture<Done> tail = tails.get(persistenceId);
    CompletableFuture<Done> next =
        tail == null || tail.isDone()
            ? write.get()
            : tail.handle((done, failure) -> null).thenCompose(nothing -> write.get());
    if (next.isDone()) {
      tails.remove(persistenceId);
    } else {
      tails.put(persistenceId, next);
    }
    return next;
  }

  /** A writer that hasn't recovered through this node's plugins claims with its first write. */
  private CompletableFuture<Done> withEpoch(
      String persistenceId,
      long epoch,
      java.util.function.LongFunction<CompletableFuture<Done>> write) {
    long current = epoch == 0 ? log.claims().epochForWrite(persistenceId) : epoch;
    return current != 0
        ? write.apply(current)
        : log.claim(persistenceId, false).thenCompose(entity -> write.apply(entity.epoch()));
  }

  /**
   * The sequence number after which the new incarnation continues. The claim made when loading the
   * snapshot is reused if it is still the latest and nothing was written with it; otherwise a new
   * one is made.
   */
  @Override
  public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
    long epoch = log.claims().takeFresh(persistenceId);
    CompletableFuture<EntityLog> entity =
        epoch == 0
            ? log.claim(persistenceId, false)
            : log.confirmWriter(persistenceId, epoch)
                .toCompletableFuture()
                .thenApply(done -> log.local(persistenceId));
    return ScalaFutures.of(
        entity,
        found -> {
          // The replay will begin one after fromSequenceNr, which isn't below 0.
          if (fromSequenceNr > 0 && found.events().deletedTo() > fromSequenceNr) {
            throw new FencedException(
                "the events of "
                    + persistenceId
                    + " up to "
                    + found.events().deletedTo()
                    + " were deleted after the snapshot this recovery began with");
          }
          return found.events().highest();
        });
  }

  @Override
  public Future<Void> doAsyncReplayMessages(
      String persistenceId,
      long fromSequenceNr,
      long toSequenceNr,
      long max,
      Consumer<PersistentRepr> replay) {
    long epoch = log.claims().epoch(persistenceId);
    return ScalaFutures.of(
        CompletableFuture.runAsync(
            () -> replay(persistenceId, epoch, fromSequenceNr, toSequenceNr, max, replay),
            executor),
        done -> null);
  }

  private void replay(
      String persistenceId,
      long epoch,
      long from,
      long to,
      long max,
      Consumer<PersistentRepr> each) {
    EntityLog entity = log.local(persistenceId);
    if (entity.epoch() != epoch) {
      throw new FencedException(persistenceId + " was claimed by another while it was replayed");
    }
    EventRun events = entity.events();
    long left = max;
    long last = Math.min(to, events.highest());
    for (long nr = Math.max(from, events.first()); nr <= last && left > 0; nr++) {
      byte[] event = events.get(nr);
      if (event.length > 0) {
        each.accept(EventEnvelope.decode(event, persistenceId, nr, serialization));
        left--;
      }
    }
  }
}

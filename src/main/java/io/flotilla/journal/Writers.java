package io.flotilla.journal;

import akka.Done;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who writes to an id, and whether they still may: a new incarnation claims its id, writes and
 * reads with the epoch that this gave it, and is fenced once another has claimed the id.
 */
final class Writers {
  private static final Logger LOGGER = LoggerFactory.getLogger(Writers.class);

  private final JournalSettings settings;
  private final Supplier<RaftNode> raft;
  private final Submitter submitter;
  private final LongSupplier nanoTime;
  private final Claims claims = new Claims();

  /** {@code raft} supplies null while this node isn't up. */
  Writers(
      JournalSettings settings,
      Supplier<RaftNode> raft,
      Submitter submitter,
      LongSupplier nanoTime) {
    this.settings = settings;
    this.raft = raft;
    this.submitter = submitter;
    this.nanoTime = nanoTime;
  }

  /** Those made by this node. */
  Claims claims() {
    return claims;
  }

  /**
   * Claims the id and completes with the local copy of its log, which then has everything ever
   * acknowledged and to which only this claim's holder can add.
   */
  CompletableFuture<EntityLog> claim(String persistenceId, boolean fresh) {
    long begun = nanoTime.getAsLong();
    return submitter
        .write(new Command.Claim(persistenceId, UUID.randomUUID()))
        .thenCompose(
            reply -> {
              long epoch = ((Reply.Claimed) reply).epoch();
              if (raft.get().machine().appliedIndex() < epoch) {
                // Whoever wrote to the id before may be waiting for this, and write nothing.
                passOn();
              }
              return appliedHere(epoch, "recover " + persistenceId)
                  .thenApply(nothing -> claimed(persistenceId, epoch, fresh, begun));
            });
  }

  /** Claims the id for nobody: that it was claimed is all it is to say. */
  CompletableFuture<Done> mark(String persistenceId) {
    return submitter
        .write(new Command.Claim(persistenceId, UUID.randomUUID()))
        .thenApply(reply -> Done.getInstance());
  }

  private EntityLog claimed(String persistenceId, long epoch, boolean fresh, long begun) {
    EntityLog log = raft.get().machine().state().entity(persistenceId);
    if (log.epoch() != epoch) {
      throw new FencedException(persistenceId + " was claimed again by another while recovering");
    }
    claims.claimed(persistenceId, epoch, fresh);
    LOGGER.info(
        "{} lives here as of log index {}, claimed in {} ms",
        persistenceId,
        epoch,
        TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - begun));
    return log;
  }

  /** Followers learn that an entry is committed with the next one, or else a heartbeat later. */
  void passOn() {
    submitter.write(new Command.NoOp());
  }

  /** For the holder of an epoch. */
  CompletableFuture<Done> write(Command command, String persistenceId) {
    return submitter.write(command).thenApply(reply -> expectDone(reply, persistenceId));
  }

  /** See {@link ReplicatedLog#confirmWriter}. */
  CompletableFuture<Done> confirm(String persistenceId, long epoch) {
    return submitter
        .confirm(persistenceId, epoch)
        .thenApply(reply -> expectDone(reply, persistenceId));
  }

  /** See {@link ReplicatedLog#catchUp}. */
  CompletableFuture<Done> catchUp() {
    // No id is empty, so this one is never claimed, and the leader answers with its own index.
    return submitter
        .confirm("", 0)
        .thenCompose(reply -> appliedHere(((Reply.Done) reply).index(), "read all that is stored"))
        .thenApply(nothing -> Done.getInstance());
  }

  private CompletableFuture<Void> appliedHere(long index, String toDo) {
    return raft.get()
        .machine()
        .applied(index)
        .orTimeout(settings.deadline().toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(failure -> lagging(failure, toDo));
  }

  private static Void lagging(Throwable failure, String toDo) {
    throw failure instanceof JournalException e
        ? e
        : new NoQuorumException("this node lags too far behind to " + toDo);
  }

  private static Done expectDone(Reply reply, String persistenceId) {
    if (reply instanceof Reply.Done) {
      return Done.getInstance();
    }
    if (reply instanceof Reply.Fenced fenced) {
      throw new FencedException(
          persistenceId + " is written by another since log index " + fenced.currentEpoch());
    }
    if (reply instanceof Reply.OutOfOrder order) {
      throw new FencedException(
          persistenceId + " has events up to " + order.highestSequenceNr() + "; recover first");
    }
    throw new IllegalStateException(persistenceId + ": " + reply);
  }
}

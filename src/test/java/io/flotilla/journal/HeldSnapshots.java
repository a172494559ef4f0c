package io.flotilla.journal;

import akka.Done;
import io.flotilla.TestPatience;
import io.flotilla.entity.Checkpoints;
import io.flotilla.wire.Parts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;

/** A node's snapshots, whose way into the log can be barred. */
final class HeldSnapshots implements Checkpoints {
  private record Held(Command command, String id, CompletableFuture<Done> result) {}

  private final ReplicatedLog log;
  private final Snapshots snapshots;

  // Guarded by this.
  private final Queue<Held> held = new ArrayDeque<>();
  private final List<CompletableFuture<Done>> begun = new ArrayList<>();
  private boolean barred;

  HeldSnapshots(LogCluster cluster, String node) {
    this.log = cluster.log(node);
    this.snapshots = new Snapshots(cluster.system(node), log.settings(), this::write);
  }

  @Override
  public synchronized CompletionStage<Done> save(
      String persistenceId, long epoch, long sequenceNr, Parts state) {
    CompletionStage<Done> saved = snapshots.saveBeside(persistenceId, epoch, sequenceNr, 1, state);
    begun.add(saved.toCompletableFuture());
    return saved;
  }

  private synchronized CompletableFuture<Done> write(Command command, String id) {
    if (!barred) {
      return log.write(command, id);
    }
    Held one = new Held(command, id, new CompletableFuture<>());
    held.add(one);
    return one.result();
  }

  synchronized void bar() {
    barred = true;
  }

  /** Lets one pass, if one is there. Returns which. */
  Command pass() {
    Held next;
    synchronized (this) {
      next = held.poll();
    }
    if (next == null) {
      return null;
    }
    CompletableFuture<Done> written = log.write(next.command(), next.id());
    written.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            next.result().complete(done);
          } else {
            next.result().completeExceptionally(failure);
          }
        });
    return next.command();
  }

  /** Lets everything pass from now on. */
  void open() {
    synchronized (this) {
      barred = false;
    }
    while (pass() != null) {
      // until none is held
    }
  }

  synchronized boolean isHolding() {
    return !held.isEmpty();
  }

  /** The next one that is held; it is passed. */
  Command passNext() {
    Awaitility.await().atMost(TestPatience.PATIENCE).until(this::isHolding);
    return pass();
  }

  /** The next one that is held fails. */
  void failNext() {
    Awaitility.await().atMost(TestPatience.PATIENCE).until(this::isHolding);
    synchronized (this) {
      held.remove().result().completeExceptionally(new NoQuorumException("for the test"));
    }
  }

  synchronized int begun() {
    return begun.size();
  }

  synchronized CompletableFuture<Done> begun(int number) {
    return begun.get(number);
  }

  /** Waits until all that have begun have ended. */
  void awaitEnd() {
    Awaitility.await()
        .atMost(TestPatience.PATIENCE)
        .until(
            () -> {
              synchronized (this) {
                return begun.stream().allMatch(CompletableFuture::isDone);
              }
            });
  }
}

package io.flotilla.entity;

import akka.actor.typed.ActorSystem;
import io.flotilla.entity.LocalReplicas.Replica;
import io.flotilla.entity.LocalReplicas.Stale;
import io.flotilla.memory.Budget;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Reads that may be stale, answered by this node alone: also while there is no leader, and while
 * nobody else can be reached. One with a minIndex waits for this node's copy to change, and then is
 * answered as a blocking query is.
 *
 * @param <R> the reads of this kind of entity
 */
public final class LocalReads<R extends Operation.Read> {
  /** Nobody tells this node's copies that the log has grown: who waits looks. */
  private static final Duration LOOKS = Duration.ofMillis(250);

  private record Waiting(
      Replica<?, ?> copy,
      Operation.Read read,
      long untilNanos,
      CompletableFuture<?> over,
      CompletableFuture<Stale> answer) {
    boolean isOver() {
      return System.nanoTime() - untilNanos >= 0 || over.isDone();
    }
  }

  private final LocalReplicas<R> replicas;
  private final Budget waitingBytes;
  private final Executor executor;
  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

  /**
   * @param waitingBytes that those who wait may occupy; one more is refused
   */
  public LocalReads(ActorSystem<?> system, LocalReplicas<R> replicas, Budget waitingBytes) {
    this.replicas = replicas;
    this.waitingBytes = waitingBytes;
    this.executor = system.executionContext();
    system.scheduler().scheduleWithFixedDelay(LOOKS, LOOKS, this::look, system.executionContext());
  }

  /**
   * @param wait how long a read with a minIndex waits, before it is answered as things are
   */
  public CompletionStage<Stale> ask(String namespace, R read, Wait wait) {
    if (read.minIndex() == 0 || wait == Wait.NOT) {
      return CompletableFuture.supplyAsync(() -> replicas.query(namespace, read), executor);
    }
    CompletableFuture<Stale> answer = new CompletableFuture<>();
    long bytes = Door.WAITING_BYTES + read.bytes();
    if (!waitingBytes.tryAcquire(bytes)) {
      return CompletableFuture.completedFuture(
          new Stale(
              new Result.Refused("overloaded", "Too many queries wait on this node; try later."),
              replicas.leaderContact()));
    }
    Waiting one =
        new Waiting(
            replicas.replica(namespace),
            read,
            System.nanoTime() + wait.most().toNanos(),
            wait.over(),
            answer);
    executor.execute(
        () -> {
          if (!answered(one, replicas::state)) {
            waiting.add(one);
          }
        });
    return answer.whenComplete((stale, failure) -> waitingBytes.release(bytes));
  }

  private void look() {
    Map<Replica<?, ?>, ModelState<?, ?>> now = new IdentityHashMap<>();
    waiting.removeIf(one -> answered(one, copy -> now.computeIfAbsent(copy, replicas::state)));
  }

  private boolean answered(Waiting one, Function<Replica<?, ?>, ModelState<?, ?>> states) {
    if (one.answer().isDone()) {
      return true; // whoever asked is gone
    }
    try {
      ModelState<?, ?> state = states.apply(one.copy());
      if (!state.hasNews(one.read()) && !one.isOver()) {
        return false;
      }
      one.answer().complete(new Stale(state.query(one.read()), replicas.leaderContact()));
    } catch (RuntimeException e) {
      one.answer().completeExceptionally(e);
    }
    return true;
  }
}

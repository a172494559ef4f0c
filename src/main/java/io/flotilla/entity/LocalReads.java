package io.flotilla.entity;

import akka.actor.Cancellable;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Scheduler;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import scala.concurrent.ExecutionContextExecutor;

/**
 * Reads that may be stale, answered by this node alone: also while there is no leader, and while
 * nobody else can be reached. One with a minIndex waits for this node's copy to change, and then is
 * answered as a blocking query is.
 *
 * @param <S> the state of this kind of entity
 */
public final class LocalReads<S extends ModelState<S, ?>> {
  /** Nobody tells this node's copies that the log has grown: who waits looks. */
  private static final Duration LOOKS = Duration.ofMillis(250);

  private record Waiting<S extends ModelState<S, ?>, R extends Result>(
      Replica<S, ?> copy,
      Operation.Read<S, R> read,
      Wait forNews,
      CompletableFuture<Void> timeUp,
      CompletableFuture<Stale<R>> answer) {
    boolean hasNews(S state) {
      return read.hasNews(state, forNews.minIndex()) || timeUp.isDone() || forNews.over().isDone();
    }

    void answer(S state, LeaderContact contact) {
      answer.complete(new Stale<>(read.on(state), contact));
    }
  }

  private final LocalReplicas<S> replicas;
  private final Budget waitingBytes;
  private final Scheduler scheduler;
  private final ExecutionContextExecutor executor;
  private final Queue<Waiting<S, ?>> waiting = new ConcurrentLinkedQueue<>();

  /** Whether a look is to come: while somebody waits. */
  private final AtomicBoolean looks = new AtomicBoolean();

  /**
   * @param waitingBytes that those who wait may occupy; one more is refused
   */
  public LocalReads(ActorSystem<?> system, LocalReplicas<S> replicas, Budget waitingBytes) {
    this.replicas = replicas;
    this.waitingBytes = waitingBytes;
    this.scheduler = system.scheduler();
    this.executor = system.executionContext();
  }

  /** A read that waits for news is answered as things are when its wait is over. */
  public <R extends Result> CompletionStage<Stale<R>> ask(
      String namespace, Operation.Read<S, R> read, Wait wait) {
    if (wait.minIndex() == 0 || wait.most().isZero()) {
      return CompletableFuture.supplyAsync(() -> replicas.query(namespace, read), executor);
    }
    CompletableFuture<Stale<R>> answer = new CompletableFuture<>();
    long bytes = EntityClient.WAITING_BYTES + read.bytes();
    if (!waitingBytes.tryAcquire(bytes)) {
      return CompletableFuture.failedFuture(
          new Refusal("overloaded", "Too many queries wait on this node; try later."));
    }
    CompletableFuture<Void> timeUp = new CompletableFuture<>();
    Cancellable timer = scheduler.scheduleOnce(wait.most(), () -> timeUp.complete(null), executor);
    Waiting<S, R> one = new Waiting<>(replicas.replica(namespace), read, wait, timeUp, answer);
    executor.execute(
        () -> {
          if (!answered(one, replicas::state)) {
            waiting.add(one);
            lookLater();
          }
        });
    return answer.whenComplete(
        (stale, failure) -> {
          timer.cancel();
          waitingBytes.release(bytes);
        });
  }

  private void lookLater() {
    if (!waiting.isEmpty() && looks.compareAndSet(false, true)) {
      scheduler.scheduleOnce(LOOKS, this::look, executor);
    }
  }

  private void look() {
    Map<Replica<S, ?>, S> now = new IdentityHashMap<>();
    waiting.removeIf(one -> answered(one, copy -> now.computeIfAbsent(copy, replicas::state)));
    looks.set(false); // before looking who waits: who comes from now on asks for a look
    lookLater();
  }

  private boolean answered(Waiting<S, ?> one, Function<Replica<S, ?>, S> states) {
    if (one.answer().isDone()) {
      return true; // whoever asked is gone
    }
    try {
      S state = states.apply(one.copy());
      if (!one.hasNews(state)) {
        return false;
      }
      one.answer(state, replicas.leaderContact());
    } catch (RuntimeException e) {
      one.answer().completeExceptionally(e);
    }
    return true;
  }
}

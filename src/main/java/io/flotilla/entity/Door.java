package io.flotilla.entity;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.flotilla.entity.UnknownNamespaces.Asked;
import io.flotilla.memory.Budget;
import io.flotilla.shared.SharedActors;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The door on this node to the entities of one kind, one for each namespace. It lets in a bounded
 * number of requests and bytes; beyond that a request is refused at once ({@code overloaded}),
 * instead of waiting in memory.
 *
 * @param <O> the operations of this kind of entity
 */
public abstract class Door<O extends Operation> {
  /**
   * @param requests that may be under way on this node at a time
   * @param bytes that these may occupy
   * @param watches that may wait for a change at a time
   * @param waiting bytes that these may occupy
   */
  public record Limits(int requests, Budget bytes, int watches, Budget waiting) {}

  /** What a read that waits costs, measured, besides its connection. */
  static final int WAITING_BYTES = 12 * 1024;

  /** Of a list that is put together here; over HTTP it is streamed, and may be longer. */
  private static final long LIST_BYTES = 64L << 20;

  private final Limits limits;
  private final Existence existence;

  /** Of namespaces that exist, or are about to. */
  private final SharedActors<String, Gateway.Command> gateways;

  private final ActorRef<UnknownNamespaces.Command> unknown;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger watches = new AtomicInteger();

  /** The node's own reads that wait are few, and must go on however many of clients do. */
  private final Budget ownWaits = new Budget("own", Long.MAX_VALUE);

  /**
   * @param shards where the entities live, found by namespace
   * @param name of this kind of entity
   * @param existence of this kind of entity
   * @param empty answers for those that don't exist
   */
  protected Door(
      ActorSystem<?> system,
      ActorRef<ShardingEnvelope<EntityActor.Command>> shards,
      Limits limits,
      String name,
      Existence existence,
      EmptyEntity<?, ?> empty) {
    this.limits = limits;
    this.existence = existence;
    this.gateways =
        new SharedActors<>(
            system,
            name + "-gateway",
            (namespace, retire) ->
                Gateway.create(
                    command -> shards.tell(new ShardingEnvelope<>(namespace, command)), retire));
    this.unknown =
        system.systemActorOf(
            UnknownNamespaces.create(existence, empty, gateways::tell),
            name + "-unknown",
            Props.empty());
  }

  /**
   * Does one operation.
   *
   * @param timeout after which the answer is {@code unavailable} (nothing was done) or {@code
   *     outcome-unknown}
   * @return never fails; what went wrong is a {@link Result.Refused}
   */
  public final CompletionStage<Result> submit(String namespace, O op, Duration timeout) {
    return submit(namespace, op, timeout, Wait.NOT);
  }

  /**
   * Does one operation of the node's own; a read with a minIndex waits so long for a newer answer.
   */
  public final CompletionStage<Result> submit(
      String namespace, O op, Duration timeout, Duration wait) {
    return ask(namespace, op, timeout, Wait.atMost(wait), ownWaits)
        .thenCompose(first -> whole(namespace, first, timeout));
  }

  /** As {@link #begin}, with the whole list. */
  public final CompletionStage<Result> submit(String namespace, O op, Duration timeout, Wait wait) {
    return begin(namespace, op, timeout, wait)
        .thenCompose(first -> whole(namespace, first, timeout));
  }

  private CompletionStage<Result> whole(String namespace, Result first, Duration timeout) {
    return first instanceof Result.Begun list
        ? joined(namespace, list.run(), list.rest(), timeout)
        : CompletableFuture.completedFuture(first);
  }

  private CompletionStage<Result> joined(
      String namespace, Result.Many<?> sofar, Operation.More rest, Duration timeout) {
    if (sofar.bytes() > LIST_BYTES) {
      return CompletableFuture.completedFuture(
          new Result.Refused("answer-too-large", "The answer has more than 64 MiB."));
    }
    return more(namespace, rest, timeout)
        .thenCompose(
            next -> {
              if (next instanceof Result.Begun list) {
                return joined(namespace, sofar.join(list.run()), list.rest(), timeout);
              }
              return CompletableFuture.completedFuture(
                  next instanceof Result.Many<?> last ? sofar.join(last) : next);
            });
  }

  /** The next page of a list, with what follows it if there is more. */
  public final CompletionStage<Result> more(
      String namespace, Operation.More rest, Duration timeout) {
    return ask(namespace, rest, timeout, Wait.NOT, limits.waiting());
  }

  /**
   * Does one operation; a read with a minIndex waits for a newer answer. A long list is only begun,
   * see {@link Result.Begun}.
   *
   * @param wait how long such a read waits
   */
  public final CompletionStage<Result> begin(String namespace, O op, Duration timeout, Wait wait) {
    return ask(namespace, op, timeout, wait, limits.waiting());
  }

  private CompletionStage<Result> ask(
      String namespace, Operation op, Duration timeout, Wait wait, Budget waits) {
    boolean watch = op instanceof Operation.Read read && read.minIndex() > 0;
    AtomicInteger count = watch ? watches : requests;
    Budget budget = watch ? waits : limits.bytes();
    int size = watch ? WAITING_BYTES + op.bytes() : op.bytes();
    boolean few = count.incrementAndGet() <= (watch ? limits.watches() : limits.requests());
    if (!few || !budget.tryAcquire(size)) {
      count.decrementAndGet();
      return CompletableFuture.completedFuture(
          new Result.Refused(
              "overloaded",
              watch
                  ? "This node has too many queries that wait; ask another one."
                  : "This node has too many requests under way; try later."));
    }
    long now = System.nanoTime();
    long waitUntil = now + wait.most().toNanos();
    CompletableFuture<Result> answer = new CompletableFuture<>();
    Gateway.Request request =
        new Gateway.Request(op, waitUntil + timeout.toNanos(), waitUntil, wait.over(), answer);
    handOn(namespace, request);
    if (watch && wait != Wait.NOT) {
      wait.over().thenRun(() -> endWait(namespace, request));
    }
    return answer.whenComplete(
        (result, failure) -> {
          count.decrementAndGet();
          budget.release(size);
        });
  }

  /** Requests under way on this node. */
  public final int requests() {
    return requests.get();
  }

  /** Reads that wait for a change on this node. */
  public final int watches() {
    return watches.get();
  }

  /** Where it is not known yet, or is on its way, whoever gets it sees that its wait is over. */
  private void endWait(String namespace, Gateway.Request request) {
    if (gateways.isRunning(namespace)) {
      gateways.tell(namespace, new Gateway.WaitOver(request));
    }
  }

  private void handOn(String namespace, Gateway.Request request) {
    if (gateways.isRunning(namespace) || existence.isKnown(namespace)) {
      gateways.tell(namespace, request);
    } else {
      unknown.tell(new Asked(namespace, request));
    }
  }
}

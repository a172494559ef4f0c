package io.flotilla.entity;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.flotilla.entity.UnknownNamespaces.Asked;
import io.flotilla.shared.SharedActors;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

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
   */
  public record Limits(int requests, long bytes, int watches) {}

  private final Limits limits;
  private final Existence existence;

  /** Of namespaces that exist, or are about to. */
  private final SharedActors<String, Gateway.Command> gateways;

  private final ActorRef<UnknownNamespaces.Command> unknown;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger watches = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

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

  /** Does one operation; a read with a minIndex waits so long for a newer answer. */
  public final CompletionStage<Result> submit(
      String namespace, O op, Duration timeout, Duration wait) {
    return submit(namespace, op, timeout, Wait.atMost(wait));
  }

  /**
   * Does one operation; a read with a minIndex waits for a newer answer.
   *
   * @param wait how long such a read waits
   */
  public final CompletionStage<Result> submit(String namespace, O op, Duration timeout, Wait wait) {
    boolean watch = op instanceof Operation.Read read && read.minIndex() > 0;
    AtomicInteger count = watch ? watches : requests;
    int size = op.bytes();
    if (count.incrementAndGet() > (watch ? limits.watches() : limits.requests())
        | bytes.addAndGet(size) > limits.bytes()) {
      count.decrementAndGet();
      bytes.addAndGet(-size);
      return CompletableFuture.completedFuture(
          new Result.Refused(
              "overloaded", "This node has too many requests under way; try later."));
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
          bytes.addAndGet(-size);
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

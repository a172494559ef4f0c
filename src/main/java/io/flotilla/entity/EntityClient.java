package io.flotilla.entity;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.flotilla.entity.UnknownNamespaces.Asked;
import io.flotilla.memory.Budget;
import io.flotilla.post.Post;
import io.flotilla.shared.SharedActors;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * This node's client of the entities of one kind, one for each namespace. It admits a bounded
 * number of requests and bytes; beyond that a request is refused at once ({@code overloaded}),
 * instead of waiting in memory.
 *
 * @param <S> the state that is read
 * @param <D> the draft that is written to
 */
public class EntityClient<S extends ModelState<S, ?>, D extends Draft<S, ?>> {
  /**
   * @param requests that may be under way on this node at a time
   * @param bytes that these may occupy
   * @param watches that may wait for a change at a time
   * @param waiting bytes that these may occupy
   */
  public record Limits(int requests, Budget bytes, int watches, Budget waiting) {}

  /** What a read that waits costs, measured, besides its connection. */
  public static final int WAITING_BYTES = 12 * 1024;

  /** Of a list that is put together here; over HTTP it is streamed, and may be longer. */
  private static final long LIST_BYTES = 64L << 20;

  private final Limits limits;
  private final Existence existence;
  private final LongSupplier nanoTime;

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
   * @param nanoTime as {@link System#nanoTime}; all that has an end here ends by it
   */
  protected EntityClient(
      ActorSystem<?> system,
      ActorRef<ShardingEnvelope<EntityActor.Command>> shards,
      Limits limits,
      String name,
      Existence existence,
      EmptyEntity<S> empty,
      LongSupplier nanoTime) {
    this.limits = limits;
    this.existence = existence;
    this.nanoTime = nanoTime;
    Post post = Post.get(system);
    this.gateways =
        new SharedActors<>(
            system,
            name + "-gateway",
            (namespace, retire) ->
                Gateway.create(new ToEntity(shards, namespace, post), retire, nanoTime));
    this.unknown =
        system.systemActorOf(
            UnknownNamespaces.create(existence, empty, gateways::tell, nanoTime),
            name + "-unknown",
            Props.empty());
  }

  /**
   * All methods that answer later fail with a {@link Refusal}: among others {@code unavailable}
   * when the time is over and nothing was done, and {@code outcome-unknown}.
   *
   * @param id the client's own; null if it has none
   */
  public final <R extends Result> CompletionStage<R> write(
      String namespace, Operation.Write<? super D, R> write, RequestId id, Duration timeout) {
    return answer(namespace, once(write, id), timeout, Wait.NOT, limits.waiting());
  }

  /** A write that answers a list. */
  public final <L extends Result.Many<?>> CompletionStage<Page<L>> writeList(
      String namespace, Operation.Write<? super D, L> write, RequestId id, Duration timeout) {
    return page(namespace, once(write, id), timeout, Wait.NOT);
  }

  private static <E, R extends Result> Operation<R> once(
      Operation.Write<E, R> write, RequestId id) {
    return id == null ? write : new Operation.Once<>(write, id.id(), id.fingerprint());
  }

  public final <R extends Result> CompletionStage<R> read(
      String namespace, Operation.Read<? super S, R> read, Duration timeout) {
    return read(namespace, read, timeout, Wait.NOT);
  }

  /** Of a long list it answers the whole. */
  public final <R extends Result> CompletionStage<R> read(
      String namespace, Operation.Read<? super S, R> read, Duration timeout, Wait wait) {
    return answer(namespace, news(read, wait), timeout, wait, limits.waiting());
  }

  /** For the node's own reads, which must go on however many of clients wait. */
  public final <R extends Result> CompletionStage<R> follow(
      String namespace, Operation.Read<? super S, R> read, Duration timeout, Wait wait) {
    return answer(namespace, news(read, wait), timeout, wait, ownWaits);
  }

  /** The beginning of a list, see {@link #more}. */
  public final <L extends Result.Many<?>> CompletionStage<Page<L>> list(
      String namespace, Operation.Read<? super S, L> read, Duration timeout, Wait wait) {
    return page(namespace, news(read, wait), timeout, wait);
  }

  /** The next page of a list. */
  public final <L extends Result.Many<?>> CompletionStage<Page<L>> more(
      String namespace, Page<L> page, Duration timeout) {
    return ask(namespace, page.rest(), timeout, Wait.NOT, limits.waiting())
        .thenApply(EntityClient::paged);
  }

  private static <T, R extends Result> Operation<R> news(Operation.Read<T, R> read, Wait wait) {
    return wait.minIndex() == 0 ? read : new Operation.News<>(read, wait.minIndex());
  }

  private <L extends Result.Many<?>> CompletionStage<Page<L>> page(
      String namespace, Operation<L> op, Duration timeout, Wait wait) {
    return ask(namespace, op, timeout, wait, limits.waiting()).thenApply(EntityClient::paged);
  }

  @SuppressWarnings("unchecked") // by what was asked
  private static <L extends Result.Many<?>> Page<L> paged(Result result) {
    return result instanceof Result.Begun begun
        ? new Page<>((L) begun.run(), begun.rest())
        : new Page<>((L) result, null);
  }

  @SuppressWarnings("unchecked") // by what was asked
  private <R extends Result> CompletionStage<R> answer(
      String namespace, Operation<R> op, Duration timeout, Wait wait, Budget waits) {
    return ask(namespace, op, timeout, wait, waits)
        .thenCompose(
            first ->
                first instanceof Result.Begun list
                    ? joined(namespace, list.run(), list.rest(), timeout)
                    : CompletableFuture.completedFuture(first))
        .thenApply(whole -> (R) whole);
  }

  private CompletionStage<Result> joined(
      String namespace, Result.Many<?> sofar, Operation.More rest, Duration timeout) {
    if (sofar.bytes() > LIST_BYTES) {
      return CompletableFuture.failedFuture(
          new Refusal("answer-too-large", "The answer has more than 64 MiB."));
    }
    return ask(namespace, rest, timeout, Wait.NOT, limits.waiting())
        .thenCompose(
            next -> {
              if (next instanceof Result.Begun list) {
                return joined(namespace, sofar.join(list.run()), list.rest(), timeout);
              }
              return CompletableFuture.completedFuture(sofar.join((Result.Many<?>) next));
            });
  }

  private CompletionStage<Result> ask(
      String namespace, Operation<?> op, Duration timeout, Wait wait, Budget waits) {
    boolean watch = op.minIndex() > 0;
    AtomicInteger count = watch ? watches : requests;
    Budget budget = watch ? waits : limits.bytes();
    int size = watch ? WAITING_BYTES + op.bytes() : op.bytes();
    boolean few = count.incrementAndGet() <= (watch ? limits.watches() : limits.requests());
    if (!few || !budget.tryAcquire(size)) {
      count.decrementAndGet();
      return CompletableFuture.failedFuture(
          new Refusal(
              "overloaded",
              watch
                  ? "This node has too many queries that wait; ask another one."
                  : "This node has too many requests under way; try later."));
    }
    long now = nanoTime.getAsLong();
    long waitUntil = now + wait.most().toNanos();
    CompletableFuture<Result> answer = new CompletableFuture<>();
    Gateway.Request request =
        new Gateway.Request(op, waitUntil + timeout.toNanos(), waitUntil, wait.over(), answer);
    handOn(namespace, request);
    if (watch && wait != Wait.NOT) {
      wait.over().thenRun(() -> endWait(namespace, request));
    }
    return answer
        .whenComplete(
            (result, failure) -> {
              count.decrementAndGet();
              budget.release(size);
            })
        .thenApply(
            result -> {
              if (result instanceof Result.Refused refused) {
                throw new Refusal(refused);
              }
              return result;
            });
  }

  private record ToEntity(
      ActorRef<ShardingEnvelope<EntityActor.Command>> shards, String namespace, Post post)
      implements Ways {
    @Override
    public void throughShard(EntityActor.Command command) {
      shards.tell(new ShardingEnvelope<>(namespace, command));
    }

    @Override
    public void straight(
        ActorRef<EntityActor.Command> home, EntityActor.Command command, long bytes) {
      post.send(home, command, bytes);
    }
  }

  /** They have left the cluster. What they had been sent is sent again, to their successors. */
  public final void nodesGone(Set<Address> nodes) {
    gateways.tellAll(new Gateway.NodeGone(nodes));
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

  /** Whether this node has heard of a namespace: if not, a write may be what makes it. */
  public final boolean isKnown(String namespace) {
    return gateways.isRunning(namespace) || existence.isKnown(namespace);
  }

  private void handOn(String namespace, Gateway.Request request) {
    if (isKnown(namespace)) {
      gateways.tell(namespace, request);
    } else {
      unknown.tell(new Asked(namespace, request));
    }
  }
}

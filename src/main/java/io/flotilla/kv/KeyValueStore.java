package io.flotilla.kv;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.cluster.sharding.typed.ShardingEnvelope;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The door to the key-value store on this node. It lets in a bounded number of requests and bytes;
 * beyond that a request is refused at once ({@code overloaded}), instead of waiting in memory.
 */
public final class KeyValueStore {
  /**
   * @param requests that may be under way on this node at a time
   * @param bytes that these may occupy
   * @param watches that may wait for a change at a time
   */
  public record Limits(int requests, long bytes, int watches) {}

  private final ActorSystem<?> system;
  private final ActorRef<ShardingEnvelope<KeySpace.Command>> shards;
  private final Limits limits;
  private final ConcurrentMap<String, ActorRef<Gateway.Command>> gateways =
      new ConcurrentHashMap<>();
  private final AtomicLong gatewayNumber = new AtomicLong();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger watches = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  public KeyValueStore(
      ActorSystem<?> system, ActorRef<ShardingEnvelope<KeySpace.Command>> shards, Limits limits) {
    this.system = system;
    this.shards = shards;
    this.limits = limits;
  }

  /**
   * Does one operation.
   *
   * @param timeout after which the answer is {@code unavailable} (nothing was done) or {@code
   *     outcome-unknown}
   * @return never fails; what went wrong is a {@link Result.Refused}
   */
  public CompletionStage<Result> submit(String namespace, Op op, Duration timeout) {
    return submit(namespace, op, timeout, Duration.ZERO);
  }

  /**
   * Does one operation; a read with a minIndex waits for a newer answer.
   *
   * @param wait how long such a read waits, before it is answered as things are
   */
  public CompletionStage<Result> submit(String namespace, Op op, Duration timeout, Duration wait) {
    boolean watch = op instanceof Op.Read read && read.minIndex() > 0;
    AtomicInteger count = watch ? watches : requests;
    int size = Op.bytes(op);
    if (count.incrementAndGet() > (watch ? limits.watches() : limits.requests())
        | bytes.addAndGet(size) > limits.bytes()) {
      count.decrementAndGet();
      bytes.addAndGet(-size);
      return CompletableFuture.completedFuture(
          new Result.Refused(
              "overloaded", "This node has too many requests under way; try later."));
    }
    long now = System.nanoTime();
    long waitUntil = now + wait.toNanos();
    CompletableFuture<Result> answer = new CompletableFuture<>();
    gateway(namespace)
        .tell(new Gateway.Request(op, waitUntil + timeout.toNanos(), waitUntil, answer));
    return answer.whenComplete(
        (result, failure) -> {
          count.decrementAndGet();
          bytes.addAndGet(-size);
        });
  }

  /** Requests under way on this node. */
  public int requests() {
    return requests.get();
  }

  /** Reads that wait for a change on this node. */
  public int watches() {
    return watches.get();
  }

  private ActorRef<Gateway.Command> gateway(String namespace) {
    ActorRef<Gateway.Command> known = gateways.get(namespace);
    return known != null ? known : gateways.computeIfAbsent(namespace, this::open);
  }

  private ActorRef<Gateway.Command> open(String namespace) {
    return system.systemActorOf(
        Gateway.create(
            command -> shards.tell(new ShardingEnvelope<>(namespace, command)),
            () -> gateways.remove(namespace)),
        "kv-gateway-" + gatewayNumber.incrementAndGet(),
        Props.empty());
  }
}

package io.flotilla.topic;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.sharding.typed.ShardingEnvelope;
import io.flotilla.async.Futures;
import io.flotilla.shared.SharedActors;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * This node's client of the topics. It admits a bounded number of messages and subscribers; more
 * are refused at once rather than queued in memory.
 */
public final class Topics {
  /** Larger messages are refused. */
  public static final int MAX_MESSAGE_BYTES = 256 * 1024;

  /** When a message without an answer is sent again, with the same request id. */
  private static final Duration RESEND = Duration.ofSeconds(1);

  /**
   * @param messages that may be in flight from this node to their topics
   * @param subscribers on this node
   */
  public record Limits(int messages, int subscribers) {}

  private record Name(String namespace, String topic) {
    /** The entity id, unique to this namespace and topic. */
    String entityId() {
      return namespace.length() + ":" + namespace + topic;
    }
  }

  /** The outcome of a publish. */
  public sealed interface Outcome {}

  /** The topic has it. */
  public record Taken(Position id) implements Outcome {}

  /** It was dropped: too much is under way on this node, or the topic's node is full. */
  public record Overloaded() implements Outcome {}

  /** No answer in time: the topic may or may not have it. */
  public record Unknown() implements Outcome {}

  private final ActorSystem<?> system;
  private final ActorRef<ShardingEnvelope<Topic.Command>> shards;
  private final Subscriber.Encoder encoder;
  private final Limits limits;
  private final LongSupplier nanoTime;
  private final SharedActors<Name, TopicFeed.Command> feeds;
  private final AtomicInteger publishing = new AtomicInteger();
  private final AtomicInteger subscribers = new AtomicInteger();

  /**
   * @param encoder encodes messages for subscribers
   * @param nanoTime as {@link System#nanoTime}
   */
  public Topics(
      ActorSystem<?> system,
      ActorRef<ShardingEnvelope<Topic.Command>> shards,
      Subscriber.Encoder encoder,
      Limits limits,
      LongSupplier nanoTime) {
    this.system = system;
    this.shards = shards;
    this.encoder = encoder;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.feeds = new SharedActors<>(system, "topic-feed", this::feed);
  }

  /**
   * Publishes one message.
   *
   * @param requestId makes repeats safe: the message is published once; null: none
   * @return never fails
   */
  public CompletionStage<Outcome> publish(
      String namespace, String topic, byte[] data, String requestId, Duration timeout) {
    if (publishing.incrementAndGet() > limits.messages()) {
      publishing.decrementAndGet();
      return CompletableFuture.completedFuture(new Overloaded());
    }
    String id = requestId == null ? UUID.randomUUID().toString() : requestId;
    String entity = new Name(namespace, topic).entityId();
    return ask(
            replyTo -> new ShardingEnvelope<>(entity, new Topic.Publish(id, data, replyTo)),
            nanoTime.getAsLong() + timeout.toNanos())
        .whenComplete((outcome, failure) -> publishing.decrementAndGet());
  }

  private CompletionStage<Outcome> ask(
      Function<ActorRef<Topic.Answer>, ShardingEnvelope<Topic.Command>> publish, long endNanos) {
    return AskPattern.ask(shards, publish::apply, RESEND, system.scheduler())
        .thenApply(Topics::outcome)
        .handle(
            (outcome, failure) ->
                failure == null
                    ? CompletableFuture.completedStage(outcome)
                    : endNanos - nanoTime.getAsLong() > 0 && isTimeout(failure)
                        ? ask(publish, endNanos)
                        : CompletableFuture.<Outcome>completedStage(new Unknown()))
        .thenCompose(next -> next);
  }

  private static Outcome outcome(Topic.Answer answer) {
    return answer instanceof Topic.Published published
        ? new Taken(published.id())
        : new Overloaded();
  }

  private static boolean isTimeout(Throwable failure) {
    return Futures.unwrap(failure) instanceof TimeoutException;
  }

  /**
   * Subscribes to a topic's messages.
   *
   * @param after the place up to which the subscriber knows everything; null: from now on
   * @return ends the subscription; null if there are too many subscribers
   */
  public Runnable subscribe(String namespace, String topic, Position after, Subscriber subscriber) {
    if (subscribers.incrementAndGet() > limits.subscribers()) {
      subscribers.decrementAndGet();
      return null;
    }
    ActorRef<TopicFeed.Command> feed =
        feeds.tell(new Name(namespace, topic), new TopicFeed.Join(subscriber, after));
    AtomicBoolean left = new AtomicBoolean();
    return () -> {
      if (left.compareAndSet(false, true)) {
        subscribers.decrementAndGet();
        feed.tell(new TopicFeed.Leave(subscriber));
      }
    };
  }

  /** Messages under way from this node to their topics. */
  public int publishing() {
    return publishing.get();
  }

  private Behavior<TopicFeed.Command> feed(Name name, Runnable retire) {
    String entity = name.entityId();
    return TopicFeed.create(
        command -> shards.tell(new ShardingEnvelope<>(entity, command)), encoder, retire);
  }
}

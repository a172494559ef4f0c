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

/**
 * The door to the topics on this node. It lets in a bounded number of messages and subscribers;
 * beyond that they are refused at once, instead of waiting in memory.
 */
public final class Topics {
  /** A message larger than this is refused. */
  public static final int MAX_MESSAGE_BYTES = 256 * 1024;

  /** A lost answer is asked for again so soon, with the same request id. */
  private static final Duration RESEND = Duration.ofSeconds(1);

  /**
   * @param messages that may be on their way from this node to their topics
   * @param subscribers on this node
   */
  public record Limits(int messages, int subscribers) {}

  private record Name(String namespace, String topic) {
    /** Of the entity: any namespace and topic give an id that no others give. */
    String entityId() {
      return namespace.length() + ":" + namespace + topic;
    }
  }

  /** What became of a message. */
  public sealed interface Outcome {}

  /** The topic has it. */
  public record Taken(Position id) implements Outcome {}

  /** Nobody will get it: too much is under way on this node, or the topic's node is full. */
  public record Overloaded() implements Outcome {}

  /** No answer in time: the topic may have it or not. */
  public record Unknown() implements Outcome {}

  private final ActorSystem<?> system;
  private final ActorRef<ShardingEnvelope<Topic.Command>> shards;
  private final Subscriber.Encoder encoder;
  private final Limits limits;
  private final SharedActors<Name, Feed.Command> feeds;
  private final AtomicInteger publishing = new AtomicInteger();
  private final AtomicInteger subscribers = new AtomicInteger();

  /**
   * @param encoder makes what subscribers are sent
   */
  public Topics(
      ActorSystem<?> system,
      ActorRef<ShardingEnvelope<Topic.Command>> shards,
      Subscriber.Encoder encoder,
      Limits limits) {
    this.system = system;
    this.shards = shards;
    this.encoder = encoder;
    this.limits = limits;
    this.feeds = new SharedActors<>(system, "topic-feed", this::feed);
  }

  /**
   * Publishes one message.
   *
   * @param requestId under which it may be repeated without being published twice; null: none
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
            System.nanoTime() + timeout.toNanos())
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
                    : System.nanoTime() < endNanos && isTimeout(failure)
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
   * Tells a subscriber every message of a topic.
   *
   * @param after the place up to which it knows everything; null: from now on
   * @return to be run when it wants no more; null if there are too many subscribers
   */
  public Runnable subscribe(String namespace, String topic, Position after, Subscriber subscriber) {
    if (subscribers.incrementAndGet() > limits.subscribers()) {
      subscribers.decrementAndGet();
      return null;
    }
    ActorRef<Feed.Command> feed =
        feeds.tell(new Name(namespace, topic), new Feed.Join(subscriber, after));
    AtomicBoolean left = new AtomicBoolean();
    return () -> {
      if (left.compareAndSet(false, true)) {
        subscribers.decrementAndGet();
        feed.tell(new Feed.Leave(subscriber));
      }
    };
  }

  private Behavior<Feed.Command> feed(Name name, Runnable retire) {
    String entity = name.entityId();
    return Feed.create(
        command -> shards.tell(new ShardingEnvelope<>(entity, command)), encoder, retire);
  }
}

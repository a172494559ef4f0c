package io.flotilla.lab;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;

/**
 * A queue between a producer and a consumer that need not be up at the same time (as RabbitMQ's
 * "Reliability Guide" has it). The producer sends a message until the broker confirms it; the
 * broker keeps it on disk and delivers it until the consumer acknowledges it. So it is delivered at
 * least once, and the consumer, which remembers what it has handled, makes that once.
 */
public final class MessageQueue {
  /** How long a side waits before it sends again. */
  static final Duration RETRY = Duration.ofMillis(100);

  /** How long the consumer takes for a message. */
  static final Duration WORK = Duration.ofMillis(20);

  private MessageQueue() {}

  /** What a node can receive. */
  public sealed interface Msg {}

  /** From outside, to the producer. */
  public record Produce(String id) implements Msg {}

  public record Publish(String id) implements Msg {}

  public record Confirm(String id) implements Msg {}

  public record Deliver(String id) implements Msg {}

  public record Ack(String id) implements Msg {}

  record SendAgain(String id) implements Msg {}

  record Worked(String id) implements Msg {}

  /** The producer need not think of the message any more. */
  public record Confirmed(String id) implements Event {}

  /** The message has had its effect. */
  public record Handled(String id) implements Event {}

  /** The behavior of a node by its name. */
  public static Behavior<Msg> create(Host<Msg> host) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                ctx ->
                    switch (host.id()) {
                      case "broker" -> new QueueBroker(ctx, host, timers);
                      case "consumer" -> new QueueConsumer(ctx, host, timers);
                      default -> new QueueProducer(ctx, host, timers);
                    }));
  }
}
